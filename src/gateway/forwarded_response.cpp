#include "gateway/forwarded_response.hpp"

#include "cookies/set_cookie.hpp"
#include "gateway/answer.hpp"
#include "gateway/cors.hpp"
#include "gateway/presented_session.hpp"
#include "gateway/problem.hpp"
#include "http/hop_by_hop.hpp"
#include "observability/log.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cloche::gateway {
namespace {

using http::field_id;

/// The API's cookies are dropped unless listed; the app's own pass, except under the gateway's
/// names. Each keeps a line of its own (CK-6), and loses its Domain (CK-14). True: it passes.
bool write_set_cookie(
    const request_context& rq, const forwarding& how, std::string_view line, outgoing_fields& out
) {
    const auto cookie = cookies::parse_set_cookie(line);
    if (!cookie || rq.gateway.options.cookies.owns(cookie->name)) return false;
    if (how.to_app) {
        out.add("Set-Cookie", line);
        return true;
    }
    const auto& listed = rq.way->how.pass_set_cookie;
    if (std::ranges::find(listed, cookie->name) == listed.end()) return false;
    out.add("Set-Cookie", out.text() = cookies::without_domain(line));
    return true;
}

/// A browser would ask for a password of its own at these (BF-10). One line may hold several
/// challenges, and what belongs to which only their schemes' own rules tell.
bool prompts(std::string_view challenges) {
    static constexpr std::array<std::string_view, 4> schemes{
        "basic", "digest", "negotiate", "ntlm"};
    while (!challenges.empty()) {
        const std::size_t begin = challenges.find_first_not_of(" \t,");
        if (begin == challenges.npos) return false;
        challenges.remove_prefix(begin);
        const std::string_view word = challenges.substr(0, challenges.find_first_of(" \t,=\""));
        if (std::ranges::any_of(schemes, [&](std::string_view scheme) {
                return http::equal_ignoring_case(word, scheme);
            }))
            return true;
        const std::size_t end = challenges.find(',');
        if (end == challenges.npos) return false;
        challenges.remove_prefix(end);
    }
    return false;
}

/// What speaks for the whole host rather than for the answer, and so is not the API's to say here;
/// among it CORS, which is answered by the gateway or nobody (CS-5).
bool is_of_the_host(std::string_view name) {
    static constexpr std::array<std::string_view, 5> names{
        "Alt-Svc",
        "Clear-Site-Data",
        "Cross-Origin-Resource-Policy",
        "Strict-Transport-Security",
        "X-Content-Type-Options"};
    static constexpr std::string_view cors = "Access-Control-";
    if (http::equal_ignoring_case(name.substr(0, cors.size()), cors)) return true;
    return std::ranges::any_of(names, [&](std::string_view one) {
        return http::equal_ignoring_case(name, one);
    });
}

/// The path of `location` below the upstream's base path, if it leads there.
std::optional<std::string_view> path_below(
    const http::origin& upstream, std::string_view location
) {
    const std::string own =
        std::string(upstream.tls ? "https://" : "http://") + upstream.authority();
    if (location.starts_with(own)) {
        location.remove_prefix(own.size());
        if (location.empty()) location = "/";
    }
    // Browsers take `\` for `/`, and two of them for the begin of a host.
    const bool is_path = location.starts_with('/') && !location.starts_with("//") &&
                         location.find('\\') == location.npos;
    const std::string_view base = upstream.base_path;
    if (!is_path || !location.starts_with(base)) return std::nullopt;
    location.remove_prefix(base.size());
    if (location.starts_with("//")) return std::nullopt;
    if (location.find_first_of("/?#") != 0) {
        if (!location.empty()) return std::nullopt;
        location = "/";
    }
    return location;
}

/// `orders`, or `?page=2`: no scheme, no host.
bool is_relative(std::string_view location) {
    return location.find_first_of(":\\") == location.npos && !location.starts_with('/');
}

/// A redirect to the upstream itself is turned into one to its place here; one elsewhere is blocked
/// for the API, whose answers the gateway vouches for (BF-6), and left alone for the app.
void write_location(
    const request_context& rq,
    const forwarding& how,
    std::string_view location,
    outgoing_fields& out
) {
    if (const auto path = path_below(how.upstream.where(), location)) {
        out.add("Location", out.text().append(how.public_prefix).append(*path));
    } else if (how.to_app || is_relative(location)) {
        out.add("Location", location);
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

/// What `upstream` says of caching, as far as it may say so (CA-1, CA-2).
void write_cache_control(
    const request_context& rq,
    const forwarding& how,
    bool sets_cookies,
    std::string upstream,
    outgoing_fields& out
) {
    const bool guarded = how.to_app && rq.here.guards(rq.path);
    const bool of_session = rq.session && (!how.to_app || upstream.empty());
    if (sets_cookies || guarded) {
        out.add("Cache-Control", guarded ? "private, no-store" : "no-store");
    } else if (of_session && !says_public(upstream)) {
        out.add("Cache-Control", "private, no-store");
    } else if (!upstream.empty()) {
        out.add("Cache-Control", out.text() = std::move(upstream));
    }
}

const header_rules* rules_of(const request_context& rq) {
    const bool any = rq.way && !rq.way->how.response.empty();
    return any ? &rq.way->how.response : nullptr;
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
    const header_rules* const rules = rules_of(rq);
    bool buffering_said = false;
    bool event_stream = false;
    bool challenged = false;
    std::string cache_control;
    std::vector<std::string> cookie_changes = cookie_lines(rq);
    bool sets_cookies = !cookie_changes.empty();
    for (const http::field& field : from.fields) {
        if (hops.contains(field) || (rules && rules->removes(field.name))) continue;
        switch (field.id) {
            case field_id::content_length:
            case field_id::date:
            case field_id::x_request_id:
                continue;
            case field_id::set_cookie:
                sets_cookies = write_set_cookie(rq, how, field.value, out) || sets_cookies;
                continue;
            case field_id::location:
                write_location(rq, how, field.value, out);
                continue;
            case field_id::cache_control:
                if (!cache_control.empty()) cache_control += ", ";
                cache_control += field.value;
                continue;
            case field_id::www_authenticate:
                if (prompts(field.value)) continue;
                challenged = true;
                break;
            case field_id::content_type:
                event_stream = field.value.starts_with("text/event-stream");
                break;
            case field_id::other:
                if (http::equal_ignoring_case(field.name, "Cloche-Error")) continue;  // ours alone
                if (!how.to_app && is_of_the_host(field.name)) continue;
                if (http::equal_ignoring_case(field.name, "X-Accel-Buffering"))
                    buffering_said = true;
                break;
            default:
                break;
        }
        out.add(field.name, field.value);
    }

    write_cache_control(rq, how, sets_cookies, std::move(cache_control), out);
    for (std::string& line : cookie_changes)
        out.add("Set-Cookie", out.text() = std::move(line));
    if (!how.to_app) {
        out.add("X-Content-Type-Options", "nosniff");
        out.add("Cross-Origin-Resource-Policy", "same-origin");
    }
    if (from.status == 401 && !challenged) out.add("WWW-Authenticate", cookie_challenge);
    if (event_stream && !buffering_said)
        out.add("X-Accel-Buffering", "no");  // proxies before us must not gather it (SS-1)
    out.add("X-Request-Id", rq.request_id);
    if (rules) {
        for (const auto& [name, value] : rules->set)
            out.add(name, value);
    }
    add_cors_fields(rq, [&out](std::string_view name, std::string_view value) {
        out.add(name, value);
    });
    if (rq.here.tells_times()) out.add("Server-Timing", out.text() = server_timing(rq));
}

}  // namespace cloche::gateway
