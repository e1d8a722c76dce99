#include "config/names.hpp"

#include "base/glob.hpp"
#include "cookies/set_cookie.hpp"
#include "http/target.hpp"

#include <algorithm>
#include <array>

namespace cloche::config {
namespace {

parsed<std::string> read_file_path(std::string_view text) {
    if (text.empty() || text.find('\0') != std::string_view::npos) {
        return parse_error{"is not a path", "name a file or folder"};
    }
    return std::string(text);
}

parsed<std::string> read_path_prefix(std::string_view text) {
    if (text.size() < 2 || text.ends_with('/')) {
        return parse_error{
            "is not a path prefix", "write it like /api/proxy, without a slash at its end"};
    }
    const http::path_fault fault = http::check_path(text);
    if (fault != http::path_fault::none) {
        return parse_error{
            "is not a path prefix: " + std::string(http::describe(fault)),
            "write it like /api/proxy"};
    }
    // They mean something in the gateway's table of routes.
    if (text.find_first_of("*{}") != std::string_view::npos) {
        return parse_error{
            "is not a path prefix: it has `*`, `{` or `}`",
            "write it like /api/proxy: all below is meant anyway"};
    }
    return std::string(text);
}

parsed<std::string> read_path_pattern(std::string_view text) {
    if (!path_glob::compile(text)) {
        return parse_error{
            "is not a pattern of paths",
            "write it like /account/* (one segment) or /account/** (all below)"};
    }
    return std::string(text);
}

parsed<std::string> read_cookie_name(std::string_view text) {
    // Only the spelling counts here: with Secure every prefix is kept.
    const auto kept = cookies::check_name(text, {});
    if (!kept && kept.error() == cookies::errc::bad_name) {
        return parse_error{"is not a cookie name", "use letters, digits, - and _ alone"};
    }
    return std::string(text);
}

bool is_json_pointer(std::string_view text) {
    if (!text.empty() && text.front() != '/') return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '~') continue;
        const char escaped = i + 1 < text.size() ? text[i + 1] : '\0';
        if (escaped != '0' && escaped != '1') return false;
    }
    return true;
}

parsed<std::string> read_json_pointer(std::string_view text) {
    if (!is_json_pointer(text))
        return parse_error{"is not a JSON Pointer", "write it like /data/accessToken"};
    return std::string(text);
}

parsed<std::string> read_json_pointer_or_bearer(std::string_view text) {
    if (text != "bearer" && (text.empty() || !is_json_pointer(text))) {
        return parse_error{"is neither a JSON Pointer nor bearer", "write it like /refreshToken"};
    }
    return std::string(text);
}

parsed<std::string> read_claim_name(std::string_view text) {
    if (text.empty()) return parse_error{"is not the name of a claim", "write it like sub"};
    return std::string(text);
}

parsed<std::string> read_word(std::string_view text) {
    if (text.empty() || text.find_first_of(" \t\r\n") != std::string_view::npos)
        return parse_error{"is not one word", "write it like admin"};
    return std::string(text);
}

parsed<providers::api_request> read_api_request(std::string_view text) {
    const parse_error form{"is not METHOD /path", "write it like POST /auth/login"};
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return form;
    const std::string_view method = text.substr(0, space);
    const std::string_view path = text.substr(space + 1);
    const std::vector<std::string_view> methods{"GET", "POST", "PUT", "PATCH", "DELETE"};
    if (std::find(methods.begin(), methods.end(), method) == methods.end()) return form;
    if (!path.starts_with('/') || !http::is_target_text(path)) return form;
    if (http::check_path(path.substr(0, path.find('?'))) != http::path_fault::none) return form;
    return providers::api_request(std::string(method), std::string(path));
}

parsed<store_choice> read_session_store(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, store_kind>, 4> servers{
        {{"postgres://", store_kind::postgres},
         {"postgresql://", store_kind::postgres},
         {"redis://", store_kind::redis},
         {"redis+unix://", store_kind::redis}}};
    store_choice choice;
    if (text == "sqlite") return choice;
    if (text == "memory") {
        choice.kind = store_kind::memory;
        return choice;
    }
    for (const auto& [scheme, kind] : servers) {
        if (!text.starts_with(scheme)) continue;
        choice.kind = kind;
        choice.url = text;
        return choice;
    }
    if (text.starts_with("rediss://"))
        return parse_error{
            "is Redis over TLS, which is not spoken here",
            "put a TLS tunnel (stunnel) beside the gateway and write redis://127.0.0.1:PORT"};
    return parse_error{
        "is not a store",
        "write sqlite, memory, postgres://USER@HOST/DATABASE or redis://HOST:PORT"};
}

parsed<store_kind> read_identity_store(std::string_view text) {
    if (text == "sqlite") return store_kind::sqlite;
    for (const std::string_view scheme : {"postgres://", "postgresql://"}) {
        if (text.starts_with(scheme))
            return parse_error{"is a store that is not in this version", "write sqlite"};
    }
    return parse_error{"is not a store", "write sqlite"};
}

}  // namespace

notation<std::string> file_path() {
    return checked_text("path", read_file_path);
}
notation<std::string> path_prefix() {
    return checked_text("path", read_path_prefix);
}
notation<std::string> path_pattern() {
    return checked_text("path pattern", read_path_pattern);
}
notation<std::string> cookie_name() {
    return checked_text("cookie name", read_cookie_name);
}
notation<std::string> json_pointer() {
    return checked_text("JSON Pointer", read_json_pointer);
}
notation<std::string> json_pointer_or_bearer() {
    return checked_text("JSON Pointer or bearer", read_json_pointer_or_bearer);
}
notation<std::string> claim_text() {
    return checked_text("text", [](std::string_view text) { return parsed<std::string>(text); });
}
notation<std::string> claim_name() {
    return checked_text("claim", read_claim_name);
}

notation<std::string> word() {
    return checked_text("word", read_word);
}

notation<providers::api_request> api_request() {
    return {
        "METHOD /path",
        read_api_request,
        [](const providers::api_request& request) { return request.method + ' ' + request.path; },
    };
}

// The URL of a store holds its password.
notation<store_choice> session_store() {
    return {
        "sqlite, memory or the URL of a server",
        read_session_store,
        [](const store_choice& choice) -> std::string {
            if (choice.is_shared()) return choice.url;
            return choice.kind == store_kind::sqlite ? "sqlite" : "memory";
        },
        true};
}
notation<store_kind> identity_store() {
    return {
        "sqlite",
        read_identity_store,
        [](const store_kind&) { return std::string("sqlite"); },
        true};
}

}  // namespace cloche::config
