#include "gateway/forwarded_response.hpp"

#include "cookies/set_cookie.hpp"
#include "gateway/presented_session.hpp"
#include "http/hop_by_hop.hpp"
#include "observability/log.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace cloche::gateway {
namespace {

using http::field_id;

bool is_gateway_cookie(const cookie_options& ours, std::string_view name) {
    return name == ours.session ||
           (ours.mode == cookie_mode::tokens && (name == ours.access || name == ours.refresh));
}

/// The API's cookies are dropped unless listed; the app's own pass, except under the gateway's
/// names. Each keeps a line of its own (CK-6), and loses its Domain (CK-14).
void write_set_cookie(
    const request_context& rq, const forwarding& how, std::string_view line, outgoing_fields& out
) {
    const auto cookie = cookies::parse_set_cookie(line);
    if (!cookie || is_gateway_cookie(rq.gateway.options.cookies, cookie->name)) return;
    const auto& listed = rq.gateway.options.proxy.pass_set_cookie;
    if (how.to_app) {
        out.add("Set-Cookie", line);
    } else if (std::ranges::find(listed, cookie->name) != listed.end()) {
        out.keep("Set-Cookie", cookies::without_domain(line));
    }
}

/// A browser would ask for a password of its own at these (BF-10).
bool prompts(std::string_view challenge) {
    const auto starts = [&](std::string_view scheme) {
        return challenge.size() >= scheme.size() &&
               http::equal_ignoring_case(challenge.substr(0, scheme.size()), scheme);
    };
    return starts("basic") || starts("digest") || starts("negotiate") || starts("ntlm");
}

/// A redirect to the upstream itself is turned into one to its place here; one elsewhere is blocked
/// for the API, whose answers the gateway vouches for (BF-6), and left alone for the app.
void write_location(
    const request_context& rq,
    const forwarding& how,
    std::string_view location,
    outgoing_fields& out
) {
    const http::origin& upstream = how.upstream.where();
    std::string_view path = location;
    const std::string own =
        std::string(upstream.tls ? "https://" : "http://") + upstream.authority();
    if (location.starts_with(own)) {
        path.remove_prefix(own.size());
        if (path.empty()) path = "/";
    }
    const bool is_path =
        path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/\\");
    if (is_path) {
        const std::string& base = upstream.base_path;
        if (path.starts_with(base)) path.remove_prefix(base.size());
        out.keep("Location", std::string(how.public_prefix).append(path));
    } else if (how.to_app || (location.find(':') == location.npos && !location.starts_with("/"))) {
        out.add("Location", location);  // the app's own business, or a path relative to this one
    } else {
        observability::log_line(observability::level::warn, "location_blocked")
            .with("request_id", rq.request_id);
    }
}

/// With a cookie in place of Authorization, shared caches lose their built-in caution (CA-2, RFC
/// 9111 section 3.5).
bool says_public(std::string_view cache_control) {
    for (std::size_t at = cache_control.find("public"); at != cache_control.npos;
         at = cache_control.find("public", at + 6)) {
        const bool begins = at == 0 || cache_control[at - 1] == ' ' || cache_control[at - 1] == ',';
        const std::size_t end = at + 6;
        const bool ends =
            end == cache_control.size() || cache_control[end] == ',' || cache_control[end] == ' ';
        if (begins && ends) return true;
    }
    return false;
}

}  // namespace

void write_response(
    request_context& rq,
    const forwarding& how,
    const http::response_head& from,
    outgoing_fields& out
) {
    out.clear();
    const http::hop_by_hop hops(from.fields);
    bool sniffing_forbidden = false;
    bool event_stream = false;
    std::string_view cache_control;
    for (const http::field& field : from.fields) {
        if (hops.contains(field)) continue;
        switch (field.id) {
            case field_id::content_length:
            case field_id::date:
                continue;
            case field_id::set_cookie:
                write_set_cookie(rq, how, field.value, out);
                continue;
            case field_id::location:
                write_location(rq, how, field.value, out);
                continue;
            case field_id::cache_control:
                cache_control = field.value;
                continue;
            case field_id::www_authenticate:
                if (prompts(field.value)) continue;
                break;
            case field_id::content_type:
                event_stream = field.value.starts_with("text/event-stream");
                break;
            case field_id::other:
                if (http::equal_ignoring_case(field.name, "X-Content-Type-Options"))
                    sniffing_forbidden = true;
                if (http::equal_ignoring_case(field.name, "Cloche-Error")) continue;  // ours alone
                break;
            default:
                break;
        }
        out.add(field.name, field.value);
    }

    const std::vector<std::string> cookie_changes = cookie_lines(rq);
    const bool guarded = rq.session && (!how.to_app || cache_control.empty());
    if (!cookie_changes.empty()) {
        out.add("Cache-Control", "no-store");
    } else if (guarded && !says_public(cache_control)) {
        out.add("Cache-Control", "private, no-store");
    } else if (!cache_control.empty()) {
        out.add("Cache-Control", cache_control);
    }
    for (const std::string& line : cookie_changes)
        out.keep("Set-Cookie", line);
    if (!how.to_app) {
        if (!sniffing_forbidden) out.add("X-Content-Type-Options", "nosniff");
        out.add("Cross-Origin-Resource-Policy", "same-origin");
    }
    if (event_stream)
        out.add("X-Accel-Buffering", "no");  // proxies before us must not gather it (SS-1)
    out.add("X-Request-Id", rq.request_id);
}

}  // namespace cloche::gateway
