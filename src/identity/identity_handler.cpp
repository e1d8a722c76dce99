#include "identity/identity_handler.hpp"

#include "identity/reply.hpp"
#include "observability/audit.hpp"

namespace cloche::identity {
namespace {

using observability::audit;
using observability::audit_event;

std::optional<std::string_view> origin_of(const http::request_head& head) {
    const auto* field = head.find(http::field_id::origin);
    if (!field) return std::nullopt;
    return field->value;
}

}  // namespace

identity_handler::identity_handler(
    services with,
    request_limits& limits,
    http::trusted_proxies trusted,
    observability::metrics& metrics
)
    : with_(with), limits_(limits), trusted_(std::move(trusted)) {
    for (const char* hundreds : {"1xx", "2xx", "3xx", "4xx", "5xx"}) {
        answers_.push_back(metrics.make_counter(
            "cloche_identity_answers_total",
            "Answers of the identity API, by class of status.",
            {{"status", hundreds}}
        ));
    }
}

std::optional<refusal> identity_handler::forbid(const endpoint& what, const request_context& rq) {
    if (what.uses_cookie && !with_.origins.may_use_cookie(rq.stream.head())) {
        audit(audit_event::csrf_refused).with("place", rq.from.text());
        return refusal(errc::cross_site);
    }
    if (!what.limited) return std::nullopt;
    const auto wait = limits_.admit(*what.limited, rq.from, with_.time.ticks());
    if (!wait) return std::nullopt;
    audit(audit_event::throttled)
        .with("action", name_of(*what.limited))
        .with("place", rq.from.text());
    return refusal::too_often(*wait);
}

runtime::task<http::reply> identity_handler::answer(http::client_stream& stream) {
    const auto& head = stream.head();
    const auto target = http::split_target(head.target);
    if (!target) co_return refusal_answer(refusal(target.error()));
    const auto route = find_route(head.verb, target->path);
    if (!route.path_known) co_return refusal_answer(refusal(errc::not_found));
    if (head.verb == http::method::options)
        co_return with_.origins.preflight(origin_of(head), route.allowed);
    if (!route.found) {
        auto refused = refusal_answer(refusal(errc::method_not_allowed));
        refused.with("Allow", route.allowed);
        co_return refused;
    }
    const auto client = http::client_address(stream.peer(), head.fields, trusted_);
    request_context rq(stream, with_, *target, place(http::limit_key(client)));
    const auto forbidden = forbid(*route.found, rq);
    if (forbidden) co_return refusal_answer(*forbidden);
    auto made = co_await route.found->handle(rq);
    co_return made;
}

http::reply identity_handler::finish(const http::request_head& head, http::reply made) const {
    made.with("X-Content-Type-Options", "nosniff");
    made.with("Referrer-Policy", "no-referrer");
    with_.origins.add_fields(origin_of(head), made);
    return made;
}

runtime::task<void> identity_handler::handle(http::client_stream& stream) {
    auto made = co_await answer(stream);
    const auto whole = finish(stream.head(), std::move(made));
    answers_[whole.status / 100 - 1].add();
    // The client may be gone; there is nobody to tell.
    auto sent = co_await stream.send(whole);
    static_cast<void>(sent);
}

http::reply identity_handler::refuse(error reason) {
    auto made = refusal_answer(refusal(reason));
    made.with("X-Content-Type-Options", "nosniff");
    return made;
}

}  // namespace cloche::identity
