// The gateway's own place on the web: which hosts, origins and paths are ours and what may be seen
// of them. Made once the port is bound; pure, any thread.
#pragma once

#include "gateway/host_policy.hpp"
#include "gateway/options.hpp"
#include "gateway/path_policy.hpp"
#include "gateway/proxy_routes.hpp"
#include "pages/views.hpp"
#include "session/session_cookies.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::gateway {

class site {
public:
    /// `auth_paths`: the API's sign-in, refresh and sign-out, which the proxy keeps out of reach.
    /// `via`: the pseudonym of this instance. Nothing if the options contradict themselves; `why`
    /// says how.
    static std::optional<site> make(
        const gateway_options& options,
        const std::vector<std::string>& auth_paths,
        std::uint16_t bound_port,
        std::string via,
        std::string& why
    );

    bool https() const noexcept { return hosts_.https(); }
    std::string_view scheme() const noexcept { return https() ? "https" : "http"; }
    bool is_ours(std::string_view authority) const noexcept { return hosts_.is_ours(authority); }
    std::span<const std::string> origins() const noexcept { return hosts_.origins(); }
    const std::string& via() const noexcept { return via_; }
    /// Names and scope of our cookies: without Secure in development, where Safari would refuse it.
    const session::session_cookie_options& session_cookies() const noexcept {
        return session_cookies_;
    }

    /// The ways to the API.
    const proxy_routes& routes() const noexcept { return routes_; }
    /// The sign-in page is never guarded: whoever is sent there would be sent there again.
    bool guards(std::string_view path) const {
        return guarded_.is_guarded(path) && path != view_.sign_in_page;
    }
    /// The same for a folder of files, where one file has several names: `/account`,
    /// `/account.html`, `/account.html.br`, `/account/index.html`.
    bool guards_file(std::string_view path) const;
    /// Needs no session and gets no token, whatever the guard says: a guard of `/**` would else
    /// keep the sign-in page's style sheet.
    bool is_static(std::string_view path) const noexcept { return static_.is_static(path); }

    /// Where a WebSocket to the app behind the gateway may be opened (WS-1).
    bool allows_app_websocket(std::string_view path) const noexcept {
        return app_websockets_.contains(path);
    }

    /// A file that never changes under its name.
    bool is_immutable(std::string_view path) const noexcept { return immutable_.contains(path); }

    /// Whether answers say where their time went (Server-Timing).
    bool tells_times() const noexcept { return tells_times_; }

    /// `next` where it may be used, else nothing (RD-1, RD-2).
    std::string_view return_path(std::string_view next) const;
    const pages::site_view& view() const noexcept { return view_; }

private:
    site(host_policy hosts, proxy_routes ways, page_guard_policy guarded, static_path_policy files);

    host_policy hosts_;
    proxy_routes routes_;
    page_guard_policy guarded_;
    static_path_policy static_;
    path_list_policy app_websockets_;
    path_list_policy immutable_;
    std::vector<std::string> own_prefixes_;  ///< where `next` may not lead
    std::string via_;
    session::session_cookie_options session_cookies_;
    pages::site_view view_;
    bool tells_times_ = false;
};

}  // namespace cloche::gateway
