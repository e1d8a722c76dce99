#include "gateway/answer.hpp"

#include "gateway/cors.hpp"
#include "gateway/navigation_policy.hpp"
#include "gateway/presented_session.hpp"
#include "gateway/static_files.hpp"
#include "http/errc.hpp"
#include "pages/pages.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace cloche::gateway {
namespace {

using runtime::task;

bool has_field(const http::reply& reply, std::string_view name) {
    return std::ranges::any_of(reply.fields, [&](const auto& field) {
        return http::equal_ignoring_case(field.first, name);
    });
}

/// Someone who looks at a page, rather than a program. A form's POST is a navigation too, and says
/// so where it can.
bool wants_page(const request_context& rq) {
    if (rq.route == route_class::auth || !rq.gateway.options.pages) return false;
    if (is_navigation(rq.head())) return true;
    const bool form = rq.route == route_class::page && rq.is(http::method::post);
    return form && !rq.head().find(http::field_id::sec_fetch_mode);
}

/// Problem JSON for a program; the same as a page for someone who looks at one.
http::reply describe_problem(request_context& rq, problem what, std::string_view detail) {
    const problem_kind& kind = kind_of(what);
    rq.failure = kind.code;
    http::reply reply = problem_reply(what, detail, rq.request_id);
    if (!wants_page(rq)) return reply;
    pages::error_view view;
    view.site = rq.here.view();
    view.status = kind.status;
    view.detail = detail.empty() ? kind.detail : detail;
    view.request_id = rq.request_id;
    http::reply page(kind.status, std::string(pages::content_type()), pages::error_page(view));
    for (auto& field : reply.fields) {
        if (field.first != "Content-Type") page.fields.push_back(std::move(field));
    }
    return page;
}

}  // namespace

std::string server_timing(const request_context& rq) {
    return server_timing(rq.hops, rq.gateway.time.ticks() - rq.began);
}

void add_security_fields(const request_context& rq, bool html, http::reply& to) {
    to.with("X-Content-Type-Options", "nosniff");
    to.with("Cross-Origin-Resource-Policy", "same-origin");
    // `no-referrer` would have forms say `Origin: null`, which nobody can tell from a forgery.
    if (!has_field(to, "Referrer-Policy")) to.with("Referrer-Policy", "same-origin");
    if (rq.here.https()) to.with("Strict-Transport-Security", std::string(hsts));
    if (html) {
        if (!has_field(to, "Content-Security-Policy"))
            to.with("Content-Security-Policy", std::string(pages::content_security_policy()));
        to.with("Cross-Origin-Opener-Policy", "same-origin");
        to.with("X-Frame-Options", "DENY");
    }
}

task<void> answer(request_context& rq, http::reply what) {
    if (!has_field(what, "Cache-Control")) what.with("Cache-Control", "no-store");
    // Also where it is the API's 401, to a sign-in or a form.
    if (what.status == 401 && !has_field(what, "WWW-Authenticate"))
        what.with("WWW-Authenticate", std::string(cookie_challenge));
    const bool html = std::ranges::any_of(what.fields, [](const auto& field) {
        return field.first == "Content-Type" && field.second.starts_with("text/html");
    });
    add_security_fields(rq, html, what);
    what.with("X-Request-Id", rq.request_id);
    add_cors_fields(rq, [&what](std::string_view name, std::string_view value) {
        what.with(std::string(name), std::string(value));
    });
    if (rq.here.tells_times()) what.with("Server-Timing", server_timing(rq));
    for (std::string& line : cookie_lines(rq))
        what.with("Set-Cookie", std::move(line));
    auto sent = co_await rq.stream.send(what);
    if (!sent) rq.stream.abort();
}

task<void> answer_json(request_context& rq, unsigned status, boost::json::object body) {
    http::reply what(status, "application/json", boost::json::serialize(body));
    co_await answer(rq, std::move(what));
}

task<void> answer_api(request_context& rq, session::api_answer from_api) {
    http::reply what(from_api.status, "application/json", std::move(from_api.json));
    if (!from_api.retry_after.empty()) what.with("Retry-After", from_api.retry_after);
    co_await answer(rq, std::move(what));
}

task<void> answer_page(request_context& rq, unsigned status, std::string html) {
    http::reply what(status, std::string(pages::content_type()), std::move(html));
    co_await answer(rq, std::move(what));
}

task<void> answer_form(request_context& rq, form_errors errors, std::string html) {
    http::reply what(errors.status, std::string(pages::content_type()), std::move(html));
    if (!errors.retry_after.empty()) what.with("Retry-After", std::move(errors.retry_after));
    co_await answer(rq, std::move(what));
}

task<void> answer_file(
    request_context& rq,
    std::string_view content_type,
    std::string_view content,
    std::string_view version
) {
    const std::string etag = "\"" + std::string(version) + "\"";
    const bool unchanged = names_etag(rq.head().value(http::field_id::if_none_match), etag);
    http::reply file;
    file.status = unchanged ? 304 : 200;
    if (!unchanged) file.body = content;
    file.with("Content-Type", std::string(content_type));
    file.with("Cache-Control", "no-cache").with("ETag", etag);
    co_await answer(rq, std::move(file));
}

task<void> redirect(request_context& rq, std::string location) {
    http::reply what;
    what.status = 303;
    what.with("Location", std::move(location));
    co_await answer(rq, std::move(what));
}

task<void> refuse(request_context& rq, problem what, std::string detail) {
    http::reply reply = describe_problem(rq, what, detail);
    co_await answer(rq, std::move(reply));
}

task<void> refuse_for_now(request_context& rq, problem what, seconds retry_after) {
    http::reply reply = describe_problem(rq, what, {});
    for (auto& [name, value] : reply.fields) {
        if (name == "Retry-After")
            value = std::to_string(std::max<std::int64_t>(1, retry_after.count()));
    }
    co_await answer(rq, std::move(reply));
}

task<void> refuse(request_context& rq, error failure) {
    if (failure == http::errc::client_gone) {
        rq.failure = "client_gone";
        rq.stream.abort();
        co_return;
    }
    co_await refuse(rq, problem_of(failure), std::string());
}

task<void> refuse_method(request_context& rq, std::string allow) {
    rq.failure = kind_of(problem::method_not_allowed).code;
    http::reply what = problem_reply(problem::method_not_allowed, {}, rq.request_id);
    what.with("Allow", std::move(allow));
    co_await answer(rq, std::move(what));
}

task<result<std::string>> read_all(request_context& rq, std::size_t limit) {
    if (auto limited = rq.stream.limit_body(limit); !limited) co_return limited.error();
    std::string body;
    for (;;) {
        result<std::string_view> piece = co_await rq.stream.read_body();
        if (!piece) co_return piece.error();
        if (piece->empty()) co_return body;
        body += *piece;
    }
}

std::string content_type_of(const request_context& rq) {
    std::string_view value = rq.head().value(http::field_id::content_type);
    value = value.substr(0, value.find(';'));
    while (value.ends_with(' ') || value.ends_with('\t'))
        value.remove_suffix(1);
    std::string type(value);
    std::ranges::transform(type, type.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return type;
}

}  // namespace cloche::gateway
