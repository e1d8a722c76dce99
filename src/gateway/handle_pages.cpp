// The built-in pages and their forms: everything works with scripting off.
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "gateway/answer.hpp"
#include "gateway/form_errors.hpp"
#include "gateway/handlers.hpp"
#include "gateway/presented_session.hpp"
#include "gateway/request_body.hpp"
#include "gateway/sign_in.hpp"
#include "pages/assets.hpp"
#include "pages/pages.hpp"

#include <boost/json/serialize.hpp>

#include <string>
#include <utility>

namespace cloche::gateway {
namespace {

using runtime::task;

std::string query_value(const request_context& rq, std::string_view name) {
    return form_value(rq.query, name).value_or(std::string());
}

/// A form's fields as the JSON object that the API takes: all but where to go afterwards, for the
/// page may be an application's own and ask for more than ours does.
std::string as_json(std::string_view form) {
    boost::json::object members;
    for (auto& [name, value] : form_fields(form)) {
        if (name != "next") members.emplace(name, std::move(value));  // the first of several
    }
    return boost::json::serialize(members);
}

/// `next` as it may be used, or nothing where it may not (RD-1, RD-2).
std::string checked_next(const request_context& rq, std::string_view next) {
    return std::string(rq.here.return_path(next));
}

/// Where a sign-in leads.
std::string destination(const request_context& rq, std::string_view next) {
    std::string path = checked_next(rq, next);
    return path.empty() ? "/" : path;
}

std::string page(const request_context& rq, std::string_view name) {
    return rq.gateway.options.page_prefix + std::string(name);
}

pages::sign_in_view sign_in_form(const request_context& rq, std::string_view next) {
    pages::sign_in_view view;
    view.site = rq.here.view();
    view.next = checked_next(rq, next);
    return view;
}

}  // namespace

task<void> handle_login_page(request_context& rq) {
    const std::string next = query_value(rq, "next");
    session::verdict found = co_await look_up_presented(rq);
    if (found.what == session::access::granted) {
        co_await redirect(rq, destination(rq, next));
        co_return;
    }
    pages::sign_in_view view = sign_in_form(rq, next);
    view.why = pages::notice_from_name(query_value(rq, "notice"));
    co_await answer_page(rq, 200, pages::sign_in_page(view));
}

task<void> handle_login_form(request_context& rq) {
    result<std::string> form = co_await read_form(rq);
    if (!form) {
        co_await refuse_body(rq, form.error());
        co_return;
    }
    const std::string next = form_value(*form, "next").value_or("");
    std::string credentials = as_json(*form);
    result<session::api_answer> signed_in = co_await sign_in(rq, std::move(credentials));
    if (!signed_in) {
        co_await refuse(rq, signed_in.error());
        co_return;
    }
    if (rq.session) {
        co_await redirect(rq, destination(rq, next));
        co_return;
    }
    pages::sign_in_view view = sign_in_form(rq, next);
    view.email = form_value(*form, "email").value_or("");
    form_errors errors = read_form_errors(*signed_in);
    view.error = std::move(errors.general);
    view.field_errors = std::move(errors.fields);
    co_await answer_form(rq, std::move(errors), pages::sign_in_page(view));
}

task<void> handle_register_page(request_context& rq) {
    pages::register_view view;
    view.site = rq.here.view();
    view.next = checked_next(rq, query_value(rq, "next"));
    co_await answer_page(rq, 200, pages::register_page(view));
}

task<void> handle_register_form(request_context& rq) {
    result<std::string> form = co_await read_form(rq);
    if (!form) {
        co_await refuse_body(rq, form.error());
        co_return;
    }
    std::string account = as_json(*form);
    result<session::api_answer> from_api =
        co_await rq.gateway.provider.register_account(std::move(account), caller_of(rq));
    if (!from_api) {
        co_await refuse(rq, from_api.error());
        co_return;
    }
    if (from_api->status < 300) {
        co_await redirect(rq, page(rq, "/verify"));
        co_return;
    }
    pages::register_view view;
    view.site = rq.here.view();
    view.full_name = form_value(*form, "fullName").value_or("");
    view.email = form_value(*form, "email").value_or("");
    view.next = checked_next(rq, form_value(*form, "next").value_or(""));
    form_errors errors = read_form_errors(*from_api);
    view.error = std::move(errors.general);
    view.field_errors = std::move(errors.fields);
    co_await answer_form(rq, std::move(errors), pages::register_page(view));
}

task<void> handle_verify_page(request_context& rq) {
    const std::string token = query_value(rq, "token");
    if (token.empty() || !rq.gateway.options.api.verification) {
        pages::message_view view;
        view.site = rq.here.view();
        view.title = "Check your mail";
        view.text =
            "If the address can be used, a message with a link is on its way to it. The link "
            "confirms the address.";
        view.link = view.site.sign_in_page;
        view.link_text = "Go to sign-in";
        co_await answer_page(rq, 200, pages::message_page(view));
        co_return;
    }
    // Mail scanners open links: this consumes nothing, the button's POST does (ID-10).
    pages::verify_view view;
    view.site = rq.here.view();
    view.token = token;
    view.email = query_value(rq, "email");
    http::reply what(200, std::string(pages::content_type()), pages::verify_page(view));
    what.with("Referrer-Policy", "no-referrer");  // its address holds the token
    co_await answer(rq, std::move(what));
}

task<void> handle_verify_form(request_context& rq) {
    result<std::string> form = co_await read_form(rq);
    if (!form) {
        co_await refuse_body(rq, form.error());
        co_return;
    }
    const std::string email = form_value(*form, "email").value_or("");
    std::string token = form_value(*form, "token").value_or("");
    result<session::api_answer> from_api =
        co_await rq.gateway.provider.verify_account(std::move(token), email, caller_of(rq));
    if (!from_api) {
        co_await refuse(rq, from_api.error());
        co_return;
    }
    if (from_api->status < 300) {
        pages::verified_view view;
        view.site = rq.here.view();
        view.email = email;
        co_await answer_page(rq, 200, pages::verified_page(view));
        co_return;
    }
    form_errors errors = read_form_errors(*from_api);
    pages::verify_failed_view view;
    view.site = rq.here.view();
    view.message = std::move(errors.general);
    co_await answer_form(rq, std::move(errors), pages::verify_failed_page(view));
}

task<void> handle_logout_form(request_context& rq) {
    result<void> ended = co_await sign_out(rq);
    if (!ended) {
        co_await refuse(rq, ended.error());
        co_return;
    }
    co_await redirect(rq, rq.here.view().sign_in_page + "?notice=signed-out");
}

task<void> handle_account_page(request_context& rq) {
    session::verdict found = co_await acquire_presented(rq);
    if (found.what != session::access::granted) {
        co_await refuse_session(rq, std::move(found));
        co_return;
    }
    // Rendered with what the API says now; where it says nothing, with what it last said.
    access_token access = rq.session->tokens.access;
    std::optional<std::string> user =
        co_await rq.gateway.provider.user(std::move(access), caller_of(rq));
    const auto described = parse_json_object(user ? *user : rq.session->user);

    const instant now = rq.gateway.time.now();
    pages::account_view view;
    view.site = rq.here.view();
    if (described) pages::describe_user(view, *described);
    view.expires_in = std::chrono::ceil<seconds>(session::ends_at(*rq.session) - now);
    view.idle_in = std::chrono::ceil<seconds>(session::idle_until(*rq.session) - now);
    co_await answer_page(rq, 200, pages::account_page(view));
}

task<void> handle_asset(request_context& rq) {
    const std::string_view below = rq.path.substr(rq.gateway.options.page_prefix.size() + 1);
    const pages::asset* found = pages::find_asset(below);
    if (!found) {
        co_await refuse(rq, problem::not_found);
        co_return;
    }
    http::reply file(200, std::string(found->content_type), std::string(found->content));
    file.with("Cache-Control", std::string(pages::asset_cache_control()));
    co_await answer(rq, std::move(file));
}

}  // namespace cloche::gateway
