// The identity API as an HTTP server sees it: what comes before and after each endpoint, in this
// order:
//
//   1. whose request it is: the right-most address that no trusted proxy vouches for (FW-2); its id
//   2. the path and the method (404, 405; OPTIONS is answered here)
//   3. whether another site's page sends somebody's cookie (403)
//   4. how often the place has asked (429), before any body is read or password hashed (EN-5)
//   5. the handler
//   6. the fields that every answer has; the line in the log; the counters
//
// Any I/O thread.
#pragma once

#include "http/client_stream.hpp"
#include "http/forwarded.hpp"
#include "identity/request_limits.hpp"
#include "identity/request_metrics.hpp"
#include "identity/routes.hpp"

#include <optional>
#include <string>

namespace cloche::identity {

class identity_handler final : public http::exchange_handler {
public:
    /// The references outlive it.
    identity_handler(
        services with,
        request_limits& limits,
        http::trusted_proxies trusted,
        crypto::random_source& random,
        observability::metrics& metrics
    );

    runtime::task<void> handle(http::client_stream& stream) override;
    http::reply refuse(error reason) override;

private:
    /// Where a request comes from, and the id it goes by.
    struct origin_of_request {
        place from;
        std::string id;
    };
    origin_of_request look_at(const http::client_stream& stream) const;
    runtime::task<http::reply> answer(request_context& rq, const endpoint*& chosen);
    /// Steps 3 and 4.
    std::optional<refusal> forbid(const endpoint& what, const request_context& rq);
    void complete(const request_context& rq, http::reply& made) const;

    services with_;
    request_limits& limits_;
    const http::trusted_proxies trusted_;
    crypto::random_source& random_;
    request_metrics metrics_;
};

}  // namespace cloche::identity
