#include "base/encoding.hpp"
#include "embed/page_call.hpp"
#include "session/refresh_fsm.hpp"

#include <cloche/request.hpp>

#include <algorithm>
#include <chrono>

namespace cloche {
namespace {

/// What a page has no business with: it would hold the session's id, or a credential.
bool is_secret(std::string_view name) {
    return http::equal_ignoring_case(name, "Cookie") ||
           http::equal_ignoring_case(name, "Authorization");
}

}  // namespace

std::string_view request::method() const {
    return call_->context().head().method_name;
}
std::string_view request::path() const {
    return call_->context().path;
}
std::string_view request::rest() const {
    return call_->context().rest;
}

std::string_view request::header(std::string_view name) const {
    if (is_secret(name)) return {};
    const auto& all = call_->context().head().fields;
    const auto found = std::ranges::find_if(all, [name](const http::field& field) {
        return http::equal_ignoring_case(field.name, name);
    });
    return found == all.end() ? std::string_view() : found->value;
}

std::string_view request::address() const {
    return call_->context().address;
}
std::string_view request::id() const {
    return call_->context().request_id;
}

std::optional<std::string> request::query(std::string_view name) const {
    return form_value(call_->context().query, name);
}

std::optional<std::string> request::form(std::string_view name) const {
    const fields& all = call_->form();
    const auto found =
        std::ranges::find_if(all, [name](const auto& field) { return field.first == name; });
    if (found == all.end()) return std::nullopt;
    return found->second;
}

const fields& request::form() const {
    return call_->form();
}

bool request::signed_in() const {
    return call_->context().session != nullptr;
}

user_session request::session() const {
    call_->signed_in();
    return user_session(*call_);
}

api_answer request::sign_in(const fields& credentials) {
    return call_->sign_in(credentials);
}
api_answer request::register_account(const fields& account) {
    return call_->register_account(account);
}
void request::sign_out() {
    call_->sign_out();
}

std::string request::return_path(std::string_view fallback) const {
    auto next = form("next");
    if (!next) next = query("next");
    const std::string_view checked =
        next ? call_->context().here.return_path(*next) : std::string_view();
    return std::string(checked.empty() ? fallback : checked);
}

std::string user_session::subject() const {
    return call_->signed_in().subject;
}

std::string user_session::user() const {
    const std::string& known = call_->signed_in().user;
    return known.empty() ? "{}" : known;
}

std::optional<std::string> user_session::user(std::string_view pointer) const {
    return api_answer(200, {}, user()).text(pointer);
}

std::chrono::seconds user_session::expires_in() const {
    const auto left = session::ends_at(call_->signed_in()) - call_->context().gateway.time.now();
    return std::chrono::floor<std::chrono::seconds>(left);
}

api_answer user_session::get(std::string_view path) const {
    return call_->ask_api("GET", path, {});
}
api_answer user_session::call(std::string_view method, std::string_view path, std::string_view json)
    const {
    return call_->ask_api(method, path, json);
}

api_answer user_session::send(std::string_view method, std::string_view path, const fields& members)
    const {
    return call_->ask_api(method, path, detail::as_json(members));
}

std::string user_session::reveal_access_token() const {
    return std::string(call_->signed_in().tokens.access.reveal());
}

}  // namespace cloche
