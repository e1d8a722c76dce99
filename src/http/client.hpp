// Requests to an upstream: whole ones (`fetch`) for the auth API, streamed ones (`upstream_exchange`) for the proxy.
//
// A `client` is one origin and its connections, a pool for each I/O thread. Redirects are never followed (BF-6).
#pragma once

#include "http/client_stream.hpp"
#include "http/message.hpp"
#include "runtime/io_threads.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::http {

/// Where requests go. From configuration only (BF-3).
struct origin {
    bool tls = false;
    std::string host = "127.0.0.1";  ///< name or address, without brackets
    std::uint16_t port = 8000;
    std::string base_path;           ///< "" or "/api": stands before every target
    std::string ca_file;             ///< PEM; empty: the system's authorities

    /// `http://host[:port][/base]`. Errors: std::errc::invalid_argument.
    static result<origin> parse(std::string_view url);
    std::string authority() const;   ///< host[:port] as the Host field has it

    origin() = default;
};

struct client_options {
    std::chrono::milliseconds connect_timeout{3'000};
    std::chrono::milliseconds answer_timeout{60'000};  ///< from the end of the request to the head of the answer
    std::chrono::milliseconds stream_idle{300'000};    ///< between two pieces of a body
    std::chrono::milliseconds keep_alive{50'000};      ///< an idle connection is closed after that
    std::size_t idle_per_thread = 256;
    std::size_t head_bytes = 64 * 1024;

    client_options() = default;
};

/// A small request and its small answer.
struct request {
    std::string method = "GET";
    std::string target = "/";  ///< path and query, without the base path
    std::vector<std::pair<std::string, std::string>> fields;  ///< without Host and framing
    std::string body;

    request() = default;
    request(std::string method_name, std::string path) : method(std::move(method_name)), target(std::move(path)) {}
    request& with(std::string name, std::string value);
};

struct response {
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;

    std::string_view value(std::string_view name) const noexcept;  ///< the first, without regard to case
    std::vector<std::string_view> values(std::string_view name) const;

    response() = default;
};

struct fetch_options {
    bool fresh_connection = false;               ///< and never repeated, whatever the method
    std::chrono::milliseconds timeout{10'000};   ///< for everything: connect to last byte
    std::size_t body_limit = 1024 * 1024;        ///< more is upstream_invalid

    fetch_options() = default;
};

class upstream_exchange;

class client {
public:
    client(runtime::io_threads& threads, origin where, client_options options);
    ~client();

    const origin& where() const noexcept;

    /// Errors: connect_failed, connect_timeout, tls_failed (surely not sent); upstream_reset, upstream_timeout,
    /// upstream_invalid (the outcome is unknown). A request on a reused connection that died before any byte of
    /// the answer is repeated once where the method is idempotent (PX-14).
    runtime::task<result<response>> fetch(request what, fetch_options how);

    /// Open connections, in use and idle, over all threads.
    std::size_t connections() const noexcept;
    /// Closes idle connections. On each thread's own executor; for the end of the process.
    void close();

private:
    friend class upstream_exchange;
    struct state;
    std::unique_ptr<state> state_;
};

/// One proxied request: begun with the browser's stream as the source of its body, ended by relaying the answer.
class upstream_exchange {
public:
    struct options {
        std::string_view method;
        std::string_view target;  ///< path and query as they go on the wire after the base path
        bool idempotent = false;  ///< may be repeated once when a reused connection died (PX-14)
        bool keep_body = false;   ///< keep the body's bytes (64 KiB at most) so that the request can be replayed
    };

    ~upstream_exchange();
    upstream_exchange(upstream_exchange&&) noexcept;
    upstream_exchange& operator=(upstream_exchange&&) = delete;

    /// Sends the head (`fields` without Host, framing, Connection and the like) and streams the body of `browser` until the head of
    /// the answer is there; the upload may go on behind it. `replayed`: the kept body of an earlier try, which
    /// is sent instead of reading from `browser`. If the browser goes away, the upstream connection is closed.
    /// Errors: as client::fetch, and client_gone, bad_request, body_too_large, request_timeout from the browser's side.
    static runtime::task<result<upstream_exchange>> begin(
        client& pool, client_stream& browser, options what, std::span<const out_field> fields,
        std::optional<std::string_view> replayed);

    const response_head& head() const noexcept;
    /// The whole body of the request, if it was kept and is complete.
    std::optional<std::string_view> kept_body() const noexcept;

    /// Sends the body on to `browser`, whose answer was started, and finishes it. On an error of the upstream the
    /// answer is aborted. Errors: client_gone, upstream_*.
    runtime::task<result<void>> relay(client_stream& browser);
    /// Gives the answer up; its connection is reused if what is left is small, else closed.
    void discard() noexcept;

private:
    struct state;
    explicit upstream_exchange(std::unique_ptr<state>);
    std::unique_ptr<state> state_;
};

}  // namespace cloche::http
