// The gateway: answers every request of its public listener. What happens to a request,
// in order: docs/life-of-a-request.md.
#pragma once

#include "gateway/routes.hpp"
#include "gateway/services.hpp"
#include "gateway/site.hpp"
#include "http/client_stream.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cloche::gateway {

class gateway final : public http::exchange_handler {
public:
    /// `application`: pages and actions beside the gateway's own routes. Throws
    /// std::invalid_argument if two routes are for the same.
    explicit gateway(services parts, std::vector<application_route> application = {});
    ~gateway() override;

    /// Once the listener is bound, before the first request: which hosts are ours depends on the
    /// port. `auth_paths` and `via` as site::make has them. False if the options contradict
    /// themselves; `why` says how.
    bool open(
        std::uint16_t port,
        const std::vector<std::string>& auth_paths,
        std::string via,
        std::string& why
    );

    runtime::task<void> handle(http::client_stream& stream) override;
    http::reply refuse(error reason) override;

private:
    services services_;
    routes routes_;
    std::optional<site> site_;
};

}  // namespace cloche::gateway
