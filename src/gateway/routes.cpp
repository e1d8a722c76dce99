#include "gateway/routes.hpp"

#include "gateway/handlers.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace cloche::gateway {
namespace {

using http::method;

struct entry {
    std::string_view path;  ///< behind the prefix
    method verb;
    handler handle;
    bool changes;  ///< acts on an account or a session: checked even without one
};

constexpr std::array api_entries{
    entry{"/login", method::post, handle_login, true},
    entry{"/register", method::post, handle_register, true},
    entry{"/verify", method::post, handle_verify, true},
    entry{"/logout", method::post, handle_logout, true},
    entry{"/logout", method::del, handle_logout, true},
    entry{"/session", method::get, handle_session, false},
    entry{"/refresh", method::post, handle_refresh, true},
};

constexpr std::array page_entries{
    entry{"/login", method::get, handle_login_page, false},
    entry{"/login", method::post, handle_login_form, true},
    entry{"/register", method::get, handle_register_page, false},
    entry{"/register", method::post, handle_register_form, true},
    entry{"/verify", method::get, handle_verify_page, false},
    entry{"/verify", method::post, handle_verify_form, true},
    entry{"/logout", method::post, handle_logout_form, true},
    entry{"/account", method::get, handle_account_page, false},
};

std::string_view method_text(method verb) noexcept {
    switch (verb) {
        case method::get: return "GET, HEAD";
        case method::post: return "POST";
        case method::del: return "DELETE";
        default: return "";
    }
}

/// HEAD is answered as GET is; the stream leaves the body out.
bool serves(const entry& known, method asked) noexcept {
    return known.verb == asked || (known.verb == method::get && asked == method::head);
}

template <std::size_t Size>
endpoint look_up(const std::array<entry, Size>& table, std::string_view below, method asked, route_class route) {
    endpoint found;
    found.route = route;
    for (const entry& known : table) {
        if (known.path != below) continue;
        if (serves(known, asked)) {
            found.handle = known.handle;
            found.always_checked = known.changes;
            return found;
        }
        if (!found.allow.empty()) found.allow += ", ";
        found.allow += method_text(known.verb);
    }
    return found;
}

/// True if `path` is `prefix` or lies below it; `below` is what follows.
bool is_below(std::string_view path, std::string_view prefix, std::string_view& below) noexcept {
    if (!path.starts_with(prefix)) return false;
    below = path.substr(prefix.size());
    return below.empty() || below.starts_with('/');
}

}  // namespace

endpoint find_endpoint(const request_context& rq) {
    const gateway_options& options = rq.gateway.options;
    const method verb = rq.head().verb;
    std::string_view below;
    // The longer prefixes first: `/api/proxy` and `/api/auth` may stand below one another's parents, never below each other.
    if (is_below(rq.path, options.proxy.prefix, below)) {
        endpoint found;
        found.handle = handle_proxy;
        found.route = route_class::proxy;
        found.csrf = options.proxy.csrf;
        found.always_checked = options.proxy.csrf == csrf_mode::header;
        return found;
    }
    if (is_below(rq.path, options.api_prefix, below)) return look_up(api_entries, below, verb, route_class::auth);
    if (options.pages && is_below(rq.path, options.page_prefix, below)) {
        if (!below.starts_with("/assets/")) return look_up(page_entries, below, verb, route_class::page);
        const std::array assets{entry{below, method::get, handle_asset, false}};
        return look_up(assets, below, verb, route_class::page);
    }
    endpoint found;
    found.handle = handle_frontend;
    found.route = route_class::frontend;
    return found;
}

}  // namespace cloche::gateway
