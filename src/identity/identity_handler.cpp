#include "identity/identity_handler.hpp"

#include "http/trace_context.hpp"
#include "identity/reply.hpp"
#include "observability/audit.hpp"

#include <exception>

namespace cloche::identity {
namespace {

using observability::audit;
using observability::audit_event;
using observability::level;
using observability::log_line;

/// As much of a path as the log needs to know it by.
constexpr std::size_t most_logged_path = 256;

std::optional<std::string_view> origin_of(const http::request_head& head) {
    const auto* field = head.find(http::field_id::origin);
    if (!field) return std::nullopt;
    return field->value;
}

/// Without the query, which may hold a mailed token (LG-1).
std::string_view path_of(const http::request_head& head) {
    return head.target.substr(0, head.target.find('?')).substr(0, most_logged_path);
}

void write_access_line(const request_context& rq, monotonic began, monotonic ended) {
    log_line(level::info, "request")
        .with("request_id", rq.id)
        .with("method", rq.stream.head().method_name)
        .with("path", path_of(rq.stream.head()))
        .with("status", rq.stream.status())
        .with("bytes", rq.stream.bytes_sent())
        .with("ms", ended - began)
        .with("place", rq.from.text());
}

}  // namespace

identity_handler::identity_handler(
    services with,
    request_limits& limits,
    http::trusted_proxies trusted,
    crypto::random_source& random,
    observability::metrics& metrics
)
    : with_(with),
      limits_(limits),
      trusted_(std::move(trusted)),
      random_(random),
      metrics_(metrics) {}

identity_handler::origin_of_request identity_handler::look_at(const http::client_stream& stream
) const {
    const auto& head = stream.head();
    const auto client = http::client_address(stream.peer(), head.fields, trusted_);
    const bool trusted = trusted_.contains(http::unmapped(stream.peer()));
    auto id = http::request_id(
        head.value(http::field_id::x_request_id), trusted, random_.bytes(http::request_id_random)
    );
    return {place(http::limit_key(client)), std::move(id)};
}

std::optional<refusal> identity_handler::forbid(const endpoint& what, const request_context& rq) {
    if (what.uses_cookie && !with_.origins.may_use_cookie(rq.stream.head())) {
        audit(audit_event::csrf_refused).with("request_id", rq.id).with("place", rq.from.text());
        return refusal(errc::cross_site);
    }
    if (!what.limited) return std::nullopt;
    const auto wait = limits_.admit(*what.limited, rq.from, with_.time.ticks());
    if (!wait) return std::nullopt;
    audit(audit_event::throttled)
        .with("action", name_of(*what.limited))
        .with("request_id", rq.id)
        .with("place", rq.from.text());
    return refusal::too_often(*wait);
}

runtime::task<http::reply> identity_handler::answer(request_context& rq, const endpoint*& chosen) {
    const auto& head = rq.stream.head();
    const auto target = http::split_target(head.target);
    if (!target) co_return refusal_answer(refusal(target.error()));
    rq.target = *target;
    const auto route = find_route(head.verb, target->path);
    if (!route.path_known) co_return refusal_answer(refusal(errc::not_found));
    if (head.verb == http::method::options)
        co_return with_.origins.preflight(origin_of(head), route.allowed);
    if (!route.found) {
        auto refused = refusal_answer(refusal(errc::method_not_allowed));
        refused.with("Allow", route.allowed);
        co_return refused;
    }
    chosen = route.found;
    const auto forbidden = forbid(*route.found, rq);
    if (forbidden) co_return refusal_answer(*forbidden);
    auto made = co_await route.found->handle(rq);
    co_return made;
}

void identity_handler::complete(const request_context& rq, http::reply& made) const {
    made.with("X-Content-Type-Options", "nosniff");
    made.with("Referrer-Policy", "no-referrer");
    made.with("X-Request-Id", rq.id);
    with_.origins.add_fields(origin_of(rq.stream.head()), made);
}

runtime::task<void> identity_handler::handle(http::client_stream& stream) {
    const auto began = with_.time.ticks();
    auto [from, id] = look_at(stream);
    request_context rq(stream, with_, std::move(from), std::move(id));
    const endpoint* chosen = nullptr;
    http::reply made;
    try {
        made = co_await answer(rq, chosen);
    } catch (const std::exception& thrown) {
        // LG-4: whatever it was, the client learns nothing of it.
        log_line(level::error, "request_failed")
            .with("request_id", rq.id)
            .with("reason", thrown.what());
        made = refusal_answer(
            refusal(error(boost::system::errc::io_error, boost::system::generic_category()))
        );
    }
    complete(rq, made);
    // The client may be gone; there is nobody to tell.
    auto sent = co_await stream.send(made);
    const auto ended = with_.time.ticks();
    metrics_.count(chosen, sent ? stream.status() : 0, ended - began);
    write_access_line(rq, began, ended);
}

http::reply identity_handler::refuse(error reason) {
    auto made = refusal_answer(refusal(reason));
    made.with("X-Content-Type-Options", "nosniff");
    return made;
}

}  // namespace cloche::identity
