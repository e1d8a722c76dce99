#include "gateway/gateway.hpp"

#include "gateway/answer.hpp"
#include "gateway/csrf_policy.hpp"
#include "gateway/handlers.hpp"
#include "gateway/presented_session.hpp"
#include "gateway/websocket.hpp"
#include "gateway/websocket_policy.hpp"
#include "http/forwarded.hpp"
#include "http/target.hpp"
#include "http/trace_context.hpp"
#include "observability/audit.hpp"
#include "observability/log.hpp"

#include <exception>
#include <utility>

namespace cloche::gateway {
namespace {

using observability::level;
using observability::log_line;
using runtime::task;

/// Steps 1 and 2: who asks, and for what. False: the target cannot be taken apart.
bool identify(request_context& rq) {
    const http::request_head& head = rq.head();
    const http::trusted_proxies& trusted = rq.gateway.trusted;
    rq.address = http::address_text(http::client_address(rq.stream.peer(), head.fields, trusted));
    const std::string random =
        rq.gateway.random.bytes(http::request_id_random + http::traceparent_random);
    const std::string_view bytes = random;
    const bool peer_trusted = trusted.contains(rq.stream.peer());
    rq.request_id = http::request_id(head.value(http::field_id::x_request_id), peer_trusted, bytes);
    rq.traceparent = http::next_traceparent(
        head.value(http::field_id::traceparent), bytes.substr(http::request_id_random)
    );
    const auto target = http::split_target(head.target);
    if (!target) return false;
    rq.path = target->path;
    rq.query = target->query;
    rq.target = target->path_and_query;
    rq.websocket = asks_for_websocket(head);
    rq.authority = target->authority.empty() ? head.value(http::field_id::host) : target->authority;
    return true;
}

csrf_verdict judge_origin(const request_context& rq) {
    if (!rq.websocket) {
        const csrf_facts facts = csrf_facts_of(rq.head());
        const csrf_mode mode = rq.way ? rq.way->how.csrf : csrf_mode::origin;
        if (rq.cors_origin.empty()) return check_csrf(facts, rq.here.origins(), mode);
        // Signed out there is nothing that another site could misuse: it was asked in by name.
        if (rq.presented.empty())
            return facts.static_header ? csrf_verdict::allow : csrf_verdict::no_header;
        return check_csrf(facts, rq.way->how.cors, mode);
    }
    // It cannot carry the static header.
    return has_own_origin(rq.head(), rq.here.origins()) ? csrf_verdict::allow
                                                        : csrf_verdict::foreign_websocket;
}

/// Step 5. Sign-in, registration, refresh and sign-out are checked even without a session: a forged
/// sign-in signs somebody in as someone else (CS-6).
bool comes_from_elsewhere(const request_context& rq, const endpoint& found) {
    // A route that demands the static header demands it of everybody (CS-4).
    const bool demanding = rq.way && rq.way->how.csrf == csrf_mode::header;
    if (rq.presented.empty() && !found.always_checked && !demanding) return false;
    const csrf_verdict verdict = judge_origin(rq);
    if (verdict == csrf_verdict::allow) return false;
    rq.gateway.metrics.csrf_refused();
    observability::audit(observability::audit_event::csrf_refused)
        .with("request_id", rq.request_id)
        .with("address", rq.address)
        .with("reason", describe(verdict));
    return true;
}

task<void> run(request_context& rq, const routes& known) {
    if (!identify(rq)) {
        co_await refuse(
            rq, problem::bad_request, std::string("The request's target cannot be understood.")
        );
        co_return;
    }
    if (rq.is(http::method::trace) || rq.is(http::method::connect)) {
        co_await refuse(
            rq, problem::not_implemented, std::string("TRACE and CONNECT are not served.")
        );
        co_return;
    }
    if (!rq.here.is_ours(rq.authority)) {
        observability::audit(observability::audit_event::host_refused)
            .with("request_id", rq.request_id);
        co_await refuse(rq, problem::misdirected);
        co_return;
    }
    const http::path_fault fault =
        rq.path.empty() ? http::path_fault::none : http::check_path(rq.path);
    if (fault != http::path_fault::none) {
        co_await refuse(rq, problem::bad_request, std::string(http::describe(fault)));
        co_return;
    }
    const routes::match match = known.find(rq.head().verb, rq.path);
    if (!match.found) {
        if (match.allow.empty()) {
            co_await refuse(rq, problem::not_found);
        } else {
            co_await refuse_method(rq, match.allow);
        }
        co_return;
    }
    rq.route = match.found->route;
    rq.rest = match.rest;
    if (rq.route == route_class::proxy) {
        const bool goes_on = co_await take_way(rq);
        if (!goes_on) co_return;
    }
    read_presented(rq);
    if (comes_from_elsewhere(rq, *match.found)) {
        co_await refuse(rq, problem::csrf_failed);
        co_return;
    }
    co_await match.found->handle(rq);
}

/// One line a request, without its query, which may hold what was mailed to somebody (LG-1).
void write_access_line(const request_context& rq, std::chrono::nanoseconds took) {
    log_line line(level::info, "request");
    line.with("request_id", rq.request_id)
        .with("method", rq.head().method_name)
        .with("path", rq.path)
        .with("status", rq.stream.status())
        .with("bytes", rq.stream.bytes_sent())
        .with("ms", took)
        .with("address", rq.address)
        .with("route", name_of(rq.route));
    if (rq.way && !rq.way->name.empty()) line.with("way", rq.way->name);
    if (rq.session) line.with("session", session::log_tag(rq.session->id));
    if (!rq.failure.empty()) line.with("code", rq.failure);
}

}  // namespace

gateway::gateway(services parts, std::vector<application_route> application)
    : services_(std::move(parts)), routes_(services_.options, std::move(application)) {}
gateway::~gateway() = default;

bool gateway::open(
    std::uint16_t port,
    const std::vector<std::string>& auth_paths,
    std::string via,
    std::string& why
) {
    site_ = site::make(services_.options, auth_paths, port, std::move(via), why);
    return site_.has_value();
}

task<void> gateway::handle(http::client_stream& stream) {
    request_context rq(services_, *site_, stream);
    rq.began = services_.time.ticks();
    bool broken = false;
    try {
        co_await run(rq, routes_);
        // Behind all that led to it, so that one that is open holds no memory of that.
        if (rq.switched) co_await run_websocket(rq);
    } catch (const std::exception& thrown) {
        broken = true;
        log_line(level::error, "request_failed")
            .with("request_id", rq.request_id)
            .with("path", rq.path)
            .with("reason", thrown.what());
    }
    if (broken) {
        if (!stream.started()) {
            co_await cloche::gateway::refuse(rq, problem::internal);
        } else {
            stream.abort();
        }
    }
    const auto took = services_.time.ticks() - rq.began;
    services_.metrics.answered(rq.route, stream.status(), took);
    write_access_line(rq, took);
}

http::reply gateway::refuse(error reason) {
    const problem what = problem_of(reason);
    const std::string random = services_.random.bytes(http::request_id_random);
    const std::string id = http::request_id({}, false, random);
    const bool clear = reason == http::errc::https_expected;
    http::reply reply = problem_reply(what, clear ? "This port speaks https." : "", id);
    reply.with("Cache-Control", "no-store").with("X-Content-Type-Options", "nosniff");
    reply.with("X-Request-Id", id);
    services_.metrics.answered(route_class::refused, reply.status, {});
    log_line(level::info, "request_refused")
        .with("request_id", id)
        .with("status", reply.status)
        .with("code", kind_of(what).code)
        .with("reason", reason.message());
    return reply;
}

}  // namespace cloche::gateway
