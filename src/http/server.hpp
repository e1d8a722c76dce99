// Listens, accepts, and runs an HTTP/1.1 connection for each client until drained.
//
// One acceptor per I/O thread (SO_REUSEPORT); a port that is taken is found by binding once without
// it.
#pragma once

#include "http/client_stream.hpp"
#include "http/tls_certificates.hpp"
#include "runtime/io_threads.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace cloche::http {

struct server_options {
    std::string listen = "127.0.0.1:3000";  ///< ADDRESS:PORT, [IPV6]:PORT; port 0: any free one
    std::size_t head_bytes = 32 * 1024;
    std::uint64_t body_bytes = 0;     ///< 0: no limit
    std::size_t connections = 65536;  ///< over all threads; more are refused with 503 and closed
    std::chrono::milliseconds head_timeout{10'000};
    std::chrono::milliseconds idle_timeout{60'000};
    std::chrono::milliseconds stream_idle{300'000};  ///< a body that stands still
    std::size_t threads = 0;  ///< how many I/O threads accept; 0: all. Operations listener: 1
    std::shared_ptr<certificates> tls;  ///< null: HTTP in the clear
};

class server {
public:
    /// `threads` and `handler` must outlive it. Drain it before it goes, if the threads still run.
    server(runtime::io_threads& threads, server_options options, exchange_handler& handler);
    ~server();

    /// Binds and listens. Errors: the system's (address in use, no permission), with `why` in words
    /// a person can act on.
    result<boost::asio::ip::tcp::endpoint> start(std::string& why);

    /// Stops accepting, closes idle connections, lets exchanges that are on finish for `grace`,
    /// then breaks them off. Returns when no connection is left. From any thread but an I/O thread.
    void drain(std::chrono::milliseconds grace);

    std::size_t open_connections() const noexcept;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace cloche::http
