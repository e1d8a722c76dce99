// Which route of the configuration a request below a proxy prefix takes. Pure, any thread.
//
// The first route takes it whose host, path and method fit. Where a route's host and path fit but
// no such route has the method, the answer is 405: what is guarded for GET is not open to POST by
// way of what stands behind. Only what no route's host and path fit goes to `proxy`, below its own
// prefix; below the others there is nothing else.
#pragma once

#include "gateway/options.hpp"
#include "gateway/path_policy.hpp"
#include "http/router.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::gateway {

struct proxy_route {
    static constexpr std::size_t of_proxy = static_cast<std::size_t>(-1);

    proxy_options how;
    std::string name;              ///< empty for `proxy` itself
    std::size_t place = of_proxy;  ///< in gateway_options::routes

    bool allows_websocket(std::string_view path) const noexcept {
        return websockets_.contains(path);
    }

private:
    friend class proxy_routes;
    bool takes(std::string_view host, std::string_view folded_path) const;

    std::vector<std::string> hosts_;
    http::method_set methods_ = http::method_set::any();
    route_path_policy paths_;
    path_list_policy websockets_;
};

class proxy_routes {
public:
    /// `auth_paths`: the API's sign-in, refresh and sign-out, which no route reaches. Nothing if a
    /// glob or method is none; `why` then names it.
    static std::optional<proxy_routes> make(
        const gateway_options& options, const std::vector<std::string>& auth_paths, std::string& why
    );

    struct match {
        const proxy_route* found = nullptr;
        std::string_view path;       ///< of the API: what stands behind the prefix, at least `/`
        bool auth_path = false;      ///< nothing found: one of the API's own sign-in paths
        http::method_set allowed{};  ///< nothing found, not empty: 405
    };
    /// `path` is below the prefix of one of them, in normal form. `authority` is one of ours.
    match find(http::method verb, std::string_view authority, std::string_view path) const;

    /// Of all of them, each once.
    std::vector<std::string> prefixes() const;

private:
    std::vector<proxy_route> routes_;  ///< `proxy` is the last
    proxy_path_policy proxy_paths_;
    proxy_path_policy whole_paths_;  ///< the same paths, with the base path of the API's address
};

}  // namespace cloche::gateway
