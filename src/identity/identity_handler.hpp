// The identity API as an HTTP server sees it: what comes before and after each endpoint, in this
// order:
//
//   1. the path and the method (404, 405; OPTIONS is answered here)
//   2. whose request it is: the right-most address that no trusted proxy vouches for (FW-2)
//   3. whether another site's page sends somebody's cookie (403)
//   4. how often the place has asked (429), before any body is read or password hashed (EN-5)
//   5. the handler
//   6. the fields that every answer has
//
// Any I/O thread.
#pragma once

#include "http/client_stream.hpp"
#include "http/forwarded.hpp"
#include "identity/request_limits.hpp"
#include "identity/routes.hpp"
#include "observability/metrics.hpp"

#include <optional>
#include <vector>

namespace cloche::identity {

class identity_handler final : public http::exchange_handler {
public:
    /// The references outlive it.
    identity_handler(
        services with,
        request_limits& limits,
        http::trusted_proxies trusted,
        observability::metrics& metrics
    );

    runtime::task<void> handle(http::client_stream& stream) override;
    http::reply refuse(error reason) override;

private:
    runtime::task<http::reply> answer(http::client_stream& stream);
    /// Steps 3 and 4.
    std::optional<refusal> forbid(const endpoint& what, const request_context& rq);
    http::reply finish(const http::request_head& head, http::reply made) const;

    services with_;
    request_limits& limits_;
    const http::trusted_proxies trusted_;
    std::vector<observability::counter> answers_;  ///< by hundreds of the status
};

}  // namespace cloche::identity
