#include "gateway/forwarded_request.hpp"

#include "cookies/cookie_header.hpp"
#include "http/forwarded.hpp"
#include "http/hop_by_hop.hpp"
#include "http/trace_context.hpp"

#include <string>
#include <utility>

namespace cloche::gateway {
namespace {

using http::field_id;

/// Fields that the gateway sets itself or answers to; what a client sends under these names never
/// goes on.
bool is_ours(const http::field& field) noexcept {
    static constexpr std::string_view forwarded = "x-forwarded-";
    switch (field.id) {
        case field_id::host:
        case field_id::content_length:
        case field_id::expect:
        case field_id::authorization:
        case field_id::cookie:
        case field_id::forwarded:
        case field_id::x_real_ip:
        case field_id::x_request_id:
        case field_id::traceparent:
        case field_id::via:
        case field_id::x_csrf:
        case field_id::underscored:
            return true;
        case field_id::x_forwarded_for:
        case field_id::x_forwarded_host:
        case field_id::x_forwarded_port:
        case field_id::x_forwarded_proto:
            return true;
        case field_id::other:  // -Prefix, -User, -Uri: whatever an API may believe (FW-1)
            return http::equal_ignoring_case(field.name.substr(0, forwarded.size()), forwarded);
        default:
            return false;
    }
}

/// The browser's cookies without ours (CK-15), and for the app in `tokens` mode the
/// record's own pair.
void write_cookies(const request_context& rq, bool to_app, outgoing_fields& out) {
    const cookie_options& ours = rq.gateway.options.cookies;
    const bool copies = ours.mode == cookie_mode::tokens;
    const auto names = ours.names();
    std::string& kept = out.text();
    for (const http::field& field : rq.head().fields) {
        if (field.id != field_id::cookie) continue;
        kept.reserve(kept.size() + 2 + field.value.size());
        const std::size_t before = kept.size();
        if (before > 0) kept += "; ";
        if (!cookies::copy_without(field.value, {names.data(), names.size()}, kept))
            kept.resize(before);
    }
    if (to_app && copies && rq.session) {
        const auto add = [&](const std::string& name, std::string_view value) {
            if (value.empty()) return;
            if (!kept.empty()) kept += "; ";
            kept.append(name).append("=").append(value);
        };
        add(ours.access, rq.session->tokens.access.reveal());
        add(ours.refresh, rq.session->tokens.refresh.reveal());
    }
    if (!kept.empty()) out.add("Cookie", kept);
}

/// A `tracestate` that belongs to no trace of this request (W3C Trace Context, section 3.3).
bool is_stray(const request_context& rq, const http::field& field) {
    return field.id == field_id::tracestate &&
           !http::parse_traceparent(rq.head().value(field_id::traceparent));
}

void write_via(const request_context& rq, outgoing_fields& out) {
    std::string& via = out.text();
    for (const http::field& field : rq.head().fields) {
        if (field.id == field_id::via) via.append(field.value).append(", ");
    }
    const std::string_view received = rq.head().version_major == 2 ? "2 " : "1.1 ";
    out.add("Via", via.append(received).append(rq.here.via()));
}

}  // namespace

void write_request(const request_context& rq, const forwarding& how, outgoing_fields& out) {
    out.clear();
    const http::hop_by_hop hops(rq.head().fields);
    const header_rules* const rules =
        rq.way && !rq.way->how.request.empty() ? &rq.way->how.request : nullptr;
    for (const http::field& field : rq.head().fields) {
        if (is_ours(field) || hops.contains(field) || is_stray(rq, field)) continue;
        if (rules && rules->removes(field.name)) continue;
        out.add(field.name, field.value);
    }
    if (rules) {
        for (const auto& [name, value] : rules->set)
            out.add(name, value);
    }

    write_cookies(rq, how.to_app, out);
    if (rq.session) {
        const std::string_view token = rq.session->tokens.access.reveal();
        out.add("Authorization", out.text().append("Bearer ").append(token));
    }
    const std::string_view scheme = rq.here.scheme();
    out.add("X-Forwarded-For", rq.address);
    out.add("X-Forwarded-Proto", scheme);
    out.add("X-Forwarded-Host", rq.authority);
    std::string& forwarded = out.text();
    http::append_forwarded(forwarded, rq.address, scheme, rq.authority);
    out.add("Forwarded", forwarded);
    out.add("X-Request-Id", rq.request_id);
    out.add("traceparent", rq.traceparent);
    write_via(rq, out);
}

bool is_loop(const request_context& rq) {
    return http::has_passed(rq.head().fields, rq.here.via());
}

}  // namespace cloche::gateway
