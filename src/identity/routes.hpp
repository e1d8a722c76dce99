// The one table of endpoints. Pure.
//
// A path is matched byte for byte. GET does not bring HEAD with it, as it would with http::router:
// refreshing and verifying are no harmless questions here, and whoever probes them with HEAD must
// not spend anything.
#pragma once

#include "http/message.hpp"
#include "identity/handlers.hpp"
#include "identity/request_limits.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cloche::identity {

struct endpoint {
    http::method verb;
    std::string_view path;
    task<http::reply> (*handle)(request_context&);
    std::optional<limited_action> limited;  ///< what the place is counted for
    bool uses_cookie = false;               ///< acts for whoever the browser's cookie belongs to
};

/// All of them, for whoever counts by endpoint.
std::span<const endpoint> all_endpoints() noexcept;

struct route_match {
    const endpoint* found = nullptr;
    bool path_known = false;
    std::string allowed;  ///< the value of Allow, if the path is known: `GET, HEAD, OPTIONS`
};
std::string_view word_for(http::method verb) noexcept;
route_match find_route(http::method verb, std::string_view path);

}  // namespace cloche::identity
