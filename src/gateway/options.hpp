// What the gateway can be told. Filled by `config`; plain data, the defaults are those
// of docs/configuration.md.
#pragma once

#include "base/clock.hpp"
#include "cookies/set_cookie.hpp"

#include <boost/container/static_vector.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::gateway {

enum class cookie_mode { server, tokens };
enum class auth_mode { required, optional, open };  ///< `open` is `public` in the configuration
enum class csrf_mode { origin, header };
enum class server_timing_mode { automatic, on, off };  ///< `automatic`: in development

struct cookie_options {
    cookie_mode mode = cookie_mode::server;
    cookies::same_site site = cookies::same_site::strict;
    std::string session = "__Host-Http-session";  ///< in development `cloche_session`
    std::string access = "accessToken";           ///< in `tokens` mode
    std::string refresh = "refreshToken";

    /// The names under which nothing of a browser's, the API's or an app's passes.
    boost::container::static_vector<std::string_view, 3> names() const {
        if (mode == cookie_mode::tokens) return {session, access, refresh};
        return {session};
    }
    bool owns(std::string_view name) const {
        const auto ours = names();
        return std::ranges::find(ours, name) != ours.end();
    }
};

/// What is changed in a head on its way: fields taken out first, then set. Names without regard to
/// case; none that the gateway sets itself.
struct header_rules {
    std::vector<std::string> remove;
    std::vector<std::pair<std::string, std::string>> set;

    bool empty() const noexcept { return remove.empty() && set.empty(); }
    /// Also what is set anew.
    bool removes(std::string_view name) const noexcept;
};

/// How an API is reached below a prefix.
struct proxy_options {
    std::string prefix = "/api/proxy";
    std::string base_path;  ///< of the API's address: what stands before its paths there
    auth_mode auth = auth_mode::required;
    std::vector<std::string> roles;  ///< of whom one is needed; none: no matter
    csrf_mode csrf = csrf_mode::origin;
    std::vector<std::string> cors;  ///< exact origins whose pages may ask
    std::uint64_t body = 0;         ///< bytes of a request's; 0: as the listener's limit has it
    std::vector<std::string> allow{
        "/**"};                           ///< globs over the API's paths: `*` one segment, `**` any
    std::vector<std::string> websockets;  ///< globs of the API's paths where one may be opened
    std::vector<std::string> pass_set_cookie;  ///< names of upstream cookies that may pass
    header_rules request;
    header_rules response;
    bool retry = true;  ///< what may be repeated once, on a new connection (PX-14)
};

/// Some of the requests below a prefix, and how they are treated. `how.allow` says which paths.
struct route_options {
    std::string name;                  ///< for the log
    std::vector<std::string> hosts;    ///< for requests to these alone; none: to all of ours
    std::vector<std::string> methods;  ///< none: any
    proxy_options how;
};

struct frontend_options {
    enum class kind { none, static_files, upstream };
    kind serve = kind::none;
    std::string directory;  ///< with static_files
    std::string fallback;   ///< path of the file that stands for pages that are none; empty: 404
    std::vector<std::string> immutable;  ///< globs of files that never change under their names
    std::string upstream;                ///< with upstream: URL
    std::vector<std::string> guard;      ///< globs of pages that are not shown signed out
    std::vector<std::string>
        websockets;  ///< with upstream: globs of paths where one may be opened; in development all
    std::vector<std::string>
        static_paths;  ///< with upstream: globs of files that need no session and get no token
};

/// Which requests the API has. There are no routes for others, and the pages offer none.
struct api_offer {
    milliseconds answer_timeout{60'000};  ///< for calls that pages of an application make
    bool registration = true;
    bool verification = true;
    std::string user_path = "/auth/me";  ///< by GET; empty: there is none
};

struct gateway_options {
    std::string public_url = "http://localhost:3000";
    std::vector<std::string> hosts;            ///< further public host names
    std::vector<std::string> trusted_proxies;  ///< CIDRs
    std::string api_prefix = "/api/auth";
    std::string page_prefix = "/auth";
    std::string sign_in_page;  ///< path of an application's own; empty: the built-in one
    cookie_options cookies;
    proxy_options proxy;
    std::vector<route_options> routes;  ///< tried in order, before `proxy`
    api_offer api;
    frontend_options frontend;
    bool pages = true;
    std::uint64_t login_body = 64 * 1024;
    server_timing_mode timing = server_timing_mode::automatic;
};

}  // namespace cloche::gateway
