#include "gateway/forward.hpp"

#include "gateway/answer.hpp"
#include "gateway/forwarded_request.hpp"
#include "gateway/forwarded_response.hpp"
#include "gateway/live_answer.hpp"
#include "gateway/presented_session.hpp"
#include "gateway/websocket.hpp"
#include "http/errc.hpp"
#include "observability/log.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace cloche::gateway {
namespace {

using http::upstream_exchange;
using runtime::task;

/// What an answer to HEAD says of the body that GET would have (PX-15).
std::optional<std::uint64_t> declared_length(const http::response_head& head) {
    const std::string_view text = head.value(http::field_id::content_length);
    std::uint64_t length = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (text.empty() || failure != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return length;
}

std::string_view outcome_of(const error& failure) noexcept {
    if (failure == http::errc::upstream_timeout) return "timeout";
    if (failure == http::errc::upstream_invalid) return "invalid";
    if (failure == http::errc::client_gone) return "client_gone";
    return kind_of(problem_of(failure)).status < 500 ? "bad_request" : "unreachable";
}

/// What the upstream did wrong; what the client did is in the access line.
void log_failure(const request_context& rq, const error& failure) {
    if (failure == http::errc::client_gone || kind_of(problem_of(failure)).status < 500) return;
    observability::log_line(observability::level::warn, "upstream_failed")
        .with("request_id", rq.request_id)
        .with("reason", failure.message());
}

task<void> refuse_upstream(request_context& rq, error failure) {
    rq.gateway.metrics.upstream(outcome_of(failure));
    log_failure(rq, failure);
    co_await refuse(rq, failure);
}

/// To the upstream; its answer's head.
task<result<upstream_exchange>> send(
    request_context& rq,
    const forwarding& how,
    outgoing_fields& fields,
    std::optional<std::string_view> replayed
) {
    upstream_exchange::options what;
    what.method = rq.head().method_name;
    what.target = how.target;
    what.idempotent = http::is_idempotent(rq.head().verb) && (!rq.way || rq.way->how.retry);
    if (rq.websocket) what.upgrade = "websocket";
    what.keep_body = rq.session != nullptr && !how.to_app;
    write_request(rq, how, fields);
    return upstream_exchange::begin(how.upstream, rq.stream, what, fields.all(), replayed);
}

/// The upstream's answer, or what there is to say without one.
task<void> pass_on(
    request_context& rq,
    const forwarding& how,
    result<upstream_exchange> exchange,
    outgoing_fields& fields
) {
    if (!exchange) {
        co_await refuse_upstream(rq, exchange.error());
        co_return;
    }
    const http::response_head& head = exchange->head();
    write_response(rq, how, head, fields);
    if (head.status == 101) {
        if (agree_to_websocket(rq, std::move(*exchange), fields))
            rq.gateway.metrics.upstream("answered");
        else
            co_await refuse_upstream(rq, http::errc::upstream_invalid);
        co_return;
    }
    std::optional<std::uint64_t> length;
    if (head.framing.kind == http::body_kind::length) length = head.framing.length;
    if (head.framing.kind == http::body_kind::none)
        length = rq.is(http::method::head) ? declared_length(head) : 0;
    const result<void> started = rq.stream.start(head.status, fields.all(), length);
    if (!started) {
        exchange->discard();
        co_await refuse_upstream(rq, http::errc::upstream_invalid);
        co_return;
    }
    const bool live = head.value(http::field_id::content_type).starts_with("text/event-stream");
    std::optional<live_answer> open;
    // Its reader asks again by itself, and then learns that the session is over (SS-2).
    const auto end = [&exchange](live_end) { exchange->end(); };
    if (live) open.emplace(rq, live_kind::events, end);
    result<void> relayed = co_await exchange->relay(rq.stream, live);
    open.reset();
    rq.gateway.metrics.upstream(relayed ? "answered" : outcome_of(relayed.error()));
    // The status that was sent says nothing of it.
    if (!relayed) log_failure(rq, relayed.error());
}

}  // namespace

task<void> forward(request_context& rq, forwarding how) {
    if (is_loop(rq)) {
        std::string detail =
            "This request has been here before: the upstream leads back to this gateway.";
        co_await refuse(rq, problem::bad_request, std::move(detail));
        co_return;
    }
    const auto fields = outgoing_fields::borrow();
    const hop_clock time = rq.time_hop();
    result<upstream_exchange> exchange = co_await send(rq, how, *fields, std::nullopt);
    time.stop(rq.hops.upstream);
    // The app behind the gateway answers for itself.
    if (exchange && exchange->head().status == 401 && rq.session && !how.to_app) {
        const std::uint64_t used = rq.session->generation;
        session::verdict now = co_await replace_refused_token(rq);
        if (now.what != session::access::granted) {
            exchange->discard();
            co_await refuse_session(rq, std::move(now));
            co_return;
        }
        if (rq.session->generation != used && exchange->kept_body()) {
            const std::string body(*exchange->kept_body());
            exchange->discard();
            rq.gateway.metrics.replayed();
            const hop_clock again = rq.time_hop();
            result<upstream_exchange> replayed = co_await send(rq, how, *fields, body);
            again.stop(rq.hops.upstream);
            co_await pass_on(rq, how, std::move(replayed), *fields);
            co_return;
        }
    }
    co_await pass_on(rq, how, std::move(exchange), *fields);
}

}  // namespace cloche::gateway
