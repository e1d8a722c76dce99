// What every handler of the gateway works with. One for the process; the parts outlive it and may
// be used by any thread.
#pragma once

#include "base/clock.hpp"
#include "crypto/random.hpp"
#include "gateway/gateway_metrics.hpp"
#include "gateway/options.hpp"
#include "http/client.hpp"
#include "http/forwarded.hpp"
#include "runtime/offload.hpp"
#include "session/auth_provider.hpp"
#include "session/refresh_coordinator.hpp"

#include <vector>

namespace cloche::gateway {

struct services {
    gateway_options options;
    session::refresh_coordinator& sessions;
    session::auth_provider& provider;
    http::client& api;
    std::vector<http::client*> route_apis;  ///< of options.routes, in their order
    http::client* frontend;                 ///< with `frontend: { upstream: … }`, else null
    runtime::worker_pool& files;            ///< for reading static files
    const clock& time;
    crypto::random_source& random;  ///< for names of requests and traces; guards nothing
    gateway_metrics& metrics;
    http::trusted_proxies trusted;  ///< whose Forwarded and X-Forwarded-* are believed (FW-1)
};

}  // namespace cloche::gateway
