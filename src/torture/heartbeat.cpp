#include "torture/heartbeat.hpp"

#include <boost/asio/post.hpp>

#include <chrono>

namespace cloche::torture {
namespace {

constexpr milliseconds late_at{1'000};

}  // namespace

heartbeat::heartbeat(runtime::io_threads& threads, disturbances& done, tally& counts)
    : threads_(threads), disturbances_(done), tally_(counts) {
    for (std::size_t i = 0; i < threads.size(); ++i)
        beats_.push_back(std::make_shared<beat>());
}

void heartbeat::look() {
    const auto now = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < beats_.size(); ++i)
        look_at(i, now);
}

void heartbeat::look_at(std::size_t thread, monotonic now) {
    const auto& one = beats_.at(thread);
    if (!one->back) {
        if (one->is_late || now - one->sent < late_at) return;
        one->is_late = true;
        one->number = disturbances_.begin(disturbance::late, 0, one->sent);
        return;
    }
    if (one->is_late) {
        const auto length = std::chrono::duration_cast<milliseconds>(now - one->sent);
        disturbances_.end(one->number, now);
        tally_.note([&](figures& count) { count.late += length; });
        one->is_late = false;
    }
    one->sent = now;
    one->back = false;
    boost::asio::post(threads_.context(thread), [one] { one->back = true; });
}

}  // namespace cloche::torture
