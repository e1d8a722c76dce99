#include "gateway/api_call.hpp"

#include "gateway/presented_session.hpp"
#include "http/forwarded.hpp"

#include <utility>

namespace cloche::gateway {
namespace {

using runtime::task;

/// An API's answer to a page is a document, not a download.
constexpr std::size_t longest_answer = 8 * 1024 * 1024;

http::request prepare(const request_context& rq, const api_request& what) {
    http::request call(what.method, what.target);
    const std::string scheme(rq.here.scheme());
    const std::string_view language = rq.head().value(http::field_id::accept_language);
    const std::string_view agent = rq.head().value(http::field_id::user_agent);
    call.with("Accept", "application/json");
    if (!language.empty()) call.with("Accept-Language", std::string(language));
    if (!agent.empty()) call.with("User-Agent", std::string(agent));
    call.with("Authorization", "Bearer " + std::string(rq.session->tokens.access.reveal()));
    call.with("X-Forwarded-For", rq.address);
    call.with("X-Forwarded-Proto", scheme);
    call.with("X-Forwarded-Host", std::string(rq.authority));
    call.with("Forwarded", http::forwarded_value(rq.address, scheme, rq.authority));
    call.with("X-Request-Id", rq.request_id);
    call.with("traceparent", rq.traceparent);
    call.with("Via", "1.1 " + rq.here.via());
    if (!what.json.empty()) {
        call.with("Content-Type", "application/json");
        call.body = what.json;
    }
    return call;
}

task<result<http::response>> fetch(request_context& rq, const api_request& what) {
    http::fetch_options limits;
    limits.timeout = rq.gateway.options.api.answer_timeout;
    limits.body_limit = longest_answer;
    http::request call = prepare(rq, what);
    const hop_clock time = rq.time_hop();
    result<http::response> got = co_await rq.gateway.api.fetch(std::move(call), limits);
    time.stop(rq.hops.upstream);
    co_return got;
}

problem problem_in(const session::verdict& found) {
    switch (found.what) {
        case session::access::store_unavailable:
            return problem::store_unavailable;
        case session::access::refresh_unavailable:
            return problem::refresh_unavailable;
        default:
            return problem::session_ended;
    }
}

api_outcome outcome_of(result<http::response> got) {
    api_outcome out;
    if (got)
        out.answer = std::move(*got);
    else
        out.why = problem_of(got.error());
    return out;
}

}  // namespace

task<api_outcome> call_api(request_context& rq, api_request what) {
    result<http::response> first = co_await fetch(rq, what);
    if (!first || first->status != 401) co_return outcome_of(std::move(first));

    const std::uint64_t used = rq.session->generation;
    const session::verdict now = co_await replace_refused_token(rq);
    if (now.what != session::access::granted) {
        api_outcome out;
        out.why = problem_in(now);
        if (now.what == session::access::refresh_unavailable) out.retry_after = now.retry_after;
        co_return out;
    }
    if (rq.session->generation == used) co_return outcome_of(std::move(first));
    rq.gateway.metrics.replayed();
    result<http::response> second = co_await fetch(rq, what);
    co_return outcome_of(std::move(second));
}

}  // namespace cloche::gateway
