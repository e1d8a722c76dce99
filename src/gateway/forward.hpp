// Sends a request on to an upstream and its answer back: the proxy to the API, and the app behind
// the gateway.
#pragma once

#include "gateway/request_context.hpp"
#include "http/client.hpp"
#include "runtime/task.hpp"

#include <string_view>

namespace cloche::gateway {

/// In what the proxy and the front end differ.
struct forwarding {
    http::client& upstream;
    std::string_view target;  ///< path and query on the wire, after the upstream's base path
    std::string_view
        public_prefix;  ///< what stands before the upstream's paths here: `/api/proxy`, or nothing
    bool to_app = false;  ///< the app behind the gateway: its cookies and Cache-Control pass; in
                          ///< `tokens` mode it gets the record's pair in Cookie

    forwarding(http::client& where, std::string_view path_and_query, std::string_view prefix)
        : upstream(where), target(path_and_query), public_prefix(prefix) {}
};

/// Forwards with the bearer token of `rq.session`, if there is one; also the wish for a WebSocket,
/// which its handler has admitted. Answers the request, whatever happens, or leaves rq.switched. A
/// 401 to a token that should be good is taken up once with a newer one (BF-12).
runtime::task<void> forward(request_context& rq, forwarding how);

}  // namespace cloche::gateway
