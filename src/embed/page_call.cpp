#include "embed/page_call.hpp"

#include "gateway/api_call.hpp"
#include "gateway/sign_in.hpp"
#include "http/target.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <future>
#include <stdexcept>
#include <utility>

namespace cloche::detail {
namespace {

using gateway::problem;

/// How often a page that waits looks whether there is still anything to wait for.
constexpr std::chrono::milliseconds look_up_interval{100};

api_answer answer_of(result<session::api_answer> from_api) {
    if (!from_api) throw embed::unavailable_for(gateway::problem_of(from_api.error()));
    fields header{{"Content-Type", "application/json"}};
    if (!from_api->retry_after.empty())
        header.emplace_back("Retry-After", std::move(from_api->retry_after));
    return {from_api->status, std::move(header), std::move(from_api->json)};
}

}  // namespace

std::string as_json(const fields& members) {
    boost::json::object object;
    for (const auto& [name, value] : members)
        object.emplace(name, value);
    return boost::json::serialize(object);
}

template <class T>
T page_call::wait_for(runtime::task<T> work) {
    auto done =
        runtime::asio::co_spawn(rq_.stream.executor(), std::move(work), runtime::asio::use_future);
    while (done.wait_for(look_up_interval) != std::future_status::ready) {
        if (threads_->given_up()) throw embed::unavailable_for(problem::overloaded);
    }
    return done.get();
}

const session::record& page_call::signed_in() const {
    if (!rq_.session)
        throw std::logic_error("nobody is signed in: ask signed_in(), or make it a private page");
    return *rq_.session;
}

api_answer page_call::ask_api(
    std::string_view method, std::string_view path, std::string_view json
) {
    signed_in();
    if (!path.starts_with('/') || !http::is_target_text(path))
        throw std::invalid_argument(
            "the path of a call to the API begins with / and is percent-encoded"
        );
    gateway::api_request what;
    what.method = method;
    what.target = path;
    what.json = json;
    gateway::api_outcome got = wait_for(gateway::call_api(rq_, std::move(what)));
    if (!got.answer) throw embed::unavailable_for(got.why, got.retry_after);
    return {got.answer->status, std::move(got.answer->fields), std::move(got.answer->body)};
}

api_answer page_call::sign_in(const fields& credentials) {
    return answer_of(wait_for(gateway::sign_in(rq_, as_json(credentials))));
}

api_answer page_call::register_account(const fields& account) {
    return answer_of(
        wait_for(rq_.gateway.provider.register_account(as_json(account), gateway::caller_of(rq_)))
    );
}

void page_call::sign_out() {
    const result<void> ended = wait_for(gateway::sign_out(rq_));
    rq_.session = nullptr;
    rq_.presented.clear();
    if (!ended) throw embed::unavailable_for(gateway::problem_of(ended.error()));
}

}  // namespace cloche::detail

namespace cloche::embed {

unavailable unavailable_for(gateway::problem what, std::optional<seconds> retry_after) {
    const gateway::problem_kind& kind = gateway::kind_of(what);
    return {kind.status, std::string(kind.code), std::string(kind.detail), retry_after};
}

}  // namespace cloche::embed
