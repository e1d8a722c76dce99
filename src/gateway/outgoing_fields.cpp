#include "gateway/outgoing_fields.hpp"

#include "base/give_back.hpp"

#include <utility>

namespace cloche::gateway {
namespace {

constexpr std::size_t most_kept = 64;
/// A text that has grown beyond this is not kept: one large Cookie field should not stay for good.
constexpr std::size_t most_kept_text = 8 * 1024;

std::vector<std::unique_ptr<outgoing_fields>>& kept() {
    thread_local std::vector<std::unique_ptr<outgoing_fields>> of_this_thread;
    return of_this_thread;
}

}  // namespace

outgoing_fields::lease outgoing_fields::borrow() {
    auto& spare = kept();
    if (spare.empty()) return lease(new outgoing_fields);
    lease borrowed(spare.back().release());
    spare.pop_back();
    return borrowed;
}

void outgoing_fields::returner::operator()(outgoing_fields* used) const noexcept {
    std::unique_ptr<outgoing_fields> returned(used);
    returned->clear();
    for (std::string& text : returned->texts_) {
        if (text.capacity() > most_kept_text) give_back(text);
    }
    auto& spare = kept();
    if (spare.size() < most_kept) spare.push_back(std::move(returned));
}

}  // namespace cloche::gateway
