// Requests to an upstream: whole ones (`fetch`) for the auth API; streamed ones are
// `upstream_exchange`.
//
// A `client` is one origin and its connections, a pool for each I/O thread. Redirects are never
// followed (BF-6).
#pragma once

#include "http/client_options.hpp"
#include "http/errc.hpp"
#include "http/origin.hpp"
#include "http/upstream_exchange.hpp"
#include "runtime/io_threads.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::http {

/// A small request and its small answer.
struct request {
    std::string method = "GET";
    std::string target = "/";  ///< path and query, without the base path
    std::vector<std::pair<std::string, std::string>> fields;  ///< without Host and framing
    std::string body;

    request() = default;
    request(std::string method_name, std::string path)
        : method(std::move(method_name)), target(std::move(path)) {}
    request& with(std::string name, std::string value);
};

struct response {
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;

    std::string_view value(std::string_view name
    ) const noexcept;  ///< the first, without regard to case
    std::vector<std::string_view> values(std::string_view name) const;

    response() = default;
};

struct fetch_options {
    bool fresh_connection = false;              ///< and never repeated, whatever the method
    std::chrono::milliseconds timeout{10'000};  ///< for everything: connect to last byte
    std::size_t body_limit = 1024 * 1024;       ///< more is upstream_invalid

    fetch_options() = default;
};

class client_pool;

class client {
public:
    /// Throws std::invalid_argument if a file of the origin's TLS cannot be used, and says which
    /// and why.
    client(runtime::io_threads& threads, origin where, client_options options);
    ~client();

    const origin& where() const noexcept;

    /// Errors: connect_failed, connect_timeout, tls_failed (surely not sent); upstream_reset,
    /// upstream_timeout, upstream_invalid (the outcome is unknown). A request on a reused
    /// connection that died before any byte of the answer is repeated once where the method is
    /// idempotent (PX-14).
    runtime::task<result<response>> fetch(request what, fetch_options how);

    /// Open connections, in use and idle, over all threads.
    std::size_t connections() const noexcept;
    /// Closes idle connections. On each thread's own executor; for the end of the process.
    void close();

private:
    friend class upstream_exchange;
    /// The pool of the calling thread.
    const std::shared_ptr<client_pool>& here() const noexcept;

    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace cloche::http
