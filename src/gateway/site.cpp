#include "gateway/site.hpp"

#include "gateway/return_to.hpp"

#include <utility>

namespace cloche::gateway {

namespace {

session::session_cookie_options session_cookies_of(const cookie_options& named, bool secure) {
    session::session_cookie_options cookies;
    cookies.mode = named.mode == cookie_mode::tokens ? session::cookie_mode::tokens
                                                     : session::cookie_mode::server;
    cookies.session = named.session;
    cookies.access = named.access;
    cookies.refresh = named.refresh;
    cookies.scope.secure = secure;
    cookies.scope.site = named.site;
    return cookies;
}

}  // namespace

std::optional<site> site::make(
    const gateway_options& options,
    const std::vector<std::string>& auth_paths,
    std::uint16_t bound_port,
    std::string via,
    std::string& why
) {
    auto hosts = host_policy::make(options.public_url, options.hosts, bound_port, why);
    auto ways = proxy_routes::make(options, auth_paths, why);
    auto guarded = page_guard_policy::make(options.frontend.guard, why);
    auto files = static_path_policy::make(options.frontend.static_paths, why);
    if (!hosts || !ways || !guarded || !files) return std::nullopt;

    site made(std::move(*hosts), std::move(*ways), std::move(*guarded), std::move(*files));
    // What a development server reloads pages by is its own affair.
    std::vector<std::string> app_websockets = options.frontend.websockets;
    if (app_websockets.empty() && made.hosts_.development()) app_websockets = {"/**"};
    auto of_app = path_list_policy::make(app_websockets, why);
    auto immutable = path_list_policy::make(options.frontend.immutable, why);
    if (!of_app || !immutable) return std::nullopt;
    made.immutable_ = std::move(*immutable);
    made.app_websockets_ = std::move(*of_app);
    made.via_ = std::move(via);
    made.session_cookies_ = session_cookies_of(options.cookies, !made.hosts_.development());
    made.tells_times_ =
        options.timing == server_timing_mode::on ||
        (options.timing == server_timing_mode::automatic && made.hosts_.development());
    made.view_.page_prefix = options.page_prefix;
    made.view_.sign_in_page =
        options.sign_in_page.empty() ? options.page_prefix + "/login" : options.sign_in_page;
    made.view_.api_prefix = options.api_prefix;
    made.view_.proxy_prefix = options.proxy.prefix;
    made.view_.registration = options.api.registration;
    made.view_.user_path = options.api.user_path;
    made.own_prefixes_ = made.routes_.prefixes();
    made.own_prefixes_.push_back(options.api_prefix);
    made.own_prefixes_.push_back(made.view_.sign_in_page);
    // The account page may be returned to; the forms around signing in may not.
    for (const char* form : {"/login", "/register", "/verify", "/logout", "/assets"}) {
        made.own_prefixes_.push_back(options.page_prefix + form);
    }
    return made;
}

site::site(
    host_policy hosts, proxy_routes ways, page_guard_policy guarded, static_path_policy files
)
    : hosts_(std::move(hosts)),
      routes_(std::move(ways)),
      guarded_(std::move(guarded)),
      static_(std::move(files)) {}

bool site::guards_file(std::string_view path) const {
    // What comes in the place of a guarded page is never one, by the name that it is sent to.
    if (path == view_.sign_in_page) return false;
    if (guards(path)) return true;
    for (const std::string_view ending : {".br", ".gz"}) {
        if (path.ends_with(ending)) path.remove_suffix(ending.size());
    }
    std::string name(path);
    for (const std::string_view ending : {".html", "/index"}) {
        if (name.ends_with(ending)) name.resize(name.size() - ending.size());
    }
    if (name.ends_with('/')) name.pop_back();
    const std::string page = name.empty() ? "/" : name;
    return guards(path) || guards(page) || guards(name + ".html") || guards(name + "/index.html");
}

std::string_view site::return_path(std::string_view next) const {
    return is_safe_return(next, own_prefixes_) ? next : std::string_view();
}

}  // namespace cloche::gateway
