// What each program is started with: the options of its modules, and where its files are. Plain
// data.
//
// `load` fills it; `app` hands the parts to the modules. Modules never see this header.
#pragma once

#include "gateway/options.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "http/tls_certificates.hpp"
#include "identity/options.hpp"
#include "observability/log.hpp"
#include "providers/json_api_description.hpp"
#include "session/refresh_coordinator.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace cloche::config {

enum class store_kind { sqlite, memory, postgres, redis };

/// Where sessions are kept.
struct store_choice {
    store_kind kind = store_kind::sqlite;
    std::string url;  ///< of postgres and redis; may hold a password

    /// Whether other processes can see what is kept there.
    bool is_shared() const noexcept { return !url.empty(); }
};
enum class replica_count { one, many };

/// The API behind one of `routes`, in the order of gateway.routes.
struct route_upstream {
    std::optional<http::origin> where;  ///< nothing: the one that `upstream` names
    bool timed = false;                 ///< has time limits of its own
    http::client_options client;
};

struct gateway_config {
    http::server_options server;      ///< what browsers connect to
    http::server_options operations;  ///< health and metrics
    http::server_options plain;       ///< leads to https; nowhere if `listen` is empty
    std::vector<http::certificate_files> certificates;  ///< none: `server` speaks plain http
    bool http2 = true;                                  ///< offered besides HTTP/1.1, over TLS
    http::origin upstream;                              ///< the API
    http::client_options client;  ///< for the API, and for a front end behind us
    session::session_options session;
    gateway::gateway_options gateway;
    std::vector<route_upstream> routes;
    providers::json_api_description provider;
    observability::log_options log;
    std::string data = "./data";  ///< folder
    std::size_t threads = 0;      ///< 0: one per core
    store_choice store;
    replica_count replicas = replica_count::one;
    std::string
        session_keys;  ///< key ring for tokens at rest: a file, DATA/session.keys unless named
    bool keys_are_named = false;  ///< by the configuration, so that others may have them too
    milliseconds drain{20'000};
    bool development =
        true;  ///< `public_url` is plain http on a loopback name: cookies without Secure

    gateway_config();
};

struct identity_config {
    http::server_options server;
    http::server_options operations;
    identity::identity_options identity;
    observability::log_options log;
    std::string data = "./data";
    std::size_t threads = 0;
    bool development = true;  ///< `public_url` is plain http on a loopback name

    identity_config();
};

}  // namespace cloche::config
