// A stream of bytes over TCP, or over TLS on top of it: what HTTP/1.1 is spoken on, on either side.
//
// No time limits and no buffers here: both belong to who reads and writes. One read and one write
// may be on at a time.
#pragma once

#include "http/watched_socket.hpp"
#include "runtime/task.hpp"

#include <sys/uio.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace boost::asio::ssl {
class context;
}

namespace cloche::http {

class certificate_set;
class tls_stream;

/// A few stretches of bytes that leave as one. Views.
class gather {
public:
    gather() = default;
    void add(std::string_view piece) noexcept;
    void consume(std::size_t bytes) noexcept;
    bool empty() const noexcept { return first_ == count_; }
    /// Bytes that are left.
    std::size_t size() const noexcept;
    std::span<const iovec> pieces() const noexcept {
        return {pieces_.data() + first_, count_ - first_};
    }

private:
    static constexpr std::size_t most = 5;
    std::array<iovec, most> pieces_{};
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

class transport {
public:
    explicit transport(tcp_socket socket);
    /// While nothing is read or written.
    transport(transport&& other) noexcept;
    transport& operator=(transport&&) = delete;
    ~transport();

    tcp_socket& socket() noexcept { return socket_->plain(); }
    bool is_open() const noexcept { return socket_ && socket_->plain().is_open(); }
    runtime::task<void> connect(boost::asio::ip::tcp::endpoint where, error& failed) {
        return socket_->connect(where, failed);
    }

    /// Sends what the kernel takes at once, without waiting. True when `pieces` is empty or
    /// `failed` is set; else call write_some until it is.
    bool send_now(gather& pieces, error& failed) noexcept;
    /// Sends some of what is left. `failed` is set on errors, also when it was cancelled.
    runtime::task<std::size_t> write_some(const gather& pieces, error& failed);
    /// Reads what has come, without waiting. True if `got` is not 0 or `failed` is set (eof at the
    /// end); else wait_readable() first.
    bool read_now(boost::asio::mutable_buffer space, std::size_t& got, error& failed) noexcept;
    /// Waits for something to read.
    runtime::task<std::size_t> read_some(boost::asio::mutable_buffer space, error& failed);
    /// read_now() may find something; if not, wait_readable() waits until it may. No buffer is
    /// needed for that. After each read the others of this thread have their turn: who sends faster
    /// than it is read would else have the thread to itself.
    bool may_read() const noexcept;
    runtime::task<void> wait_readable(error& failed);

    /// Over this stream from now on, as a client that checks that the other end is `host`. `with`
    /// must outlive it.
    runtime::task<void> start_tls(
        boost::asio::ssl::context& with, std::string_view host, error& failed
    );
    /// The same as a server, with what `certificates` has for the name that the client asks for.
    runtime::task<void> accept_tls(
        std::shared_ptr<const certificate_set> certificates, error& failed
    );
    /// Whether what has come, and nobody has read, begins a TLS handshake. When it has_news().
    bool offers_tls() noexcept;
    /// Both ends agreed on HTTP/2 in the handshake (ALPN, RFC 9113 section 3.3).
    bool speaks_http2() const noexcept;

    /// True if the other end has closed or broken off the connection. Asks the kernel.
    bool is_over() noexcept;
    /// The same, or it has sent something that nobody has read. Asks the kernel.
    bool has_news() noexcept;
    /// While nobody waits: from now on may_read() tells when something has happened.
    void attend() {
        has_read_ = false;
        socket_->attend();
    }

    /// Ends reads and writes that wait, with operation_aborted.
    void cancel() noexcept;
    /// Tells the other end that nothing follows; what it says is still read.
    void end_sending() noexcept;
    /// The same, but what is read after that is for nobody.
    void shutdown_send() noexcept;
    void close() noexcept;
    /// Closes so that the other end sees a reset, never a clean end.
    void reset() noexcept;

private:
    bool has_something() const noexcept;

    socket_ptr socket_;
    std::shared_ptr<const certificate_set> certificates_;
    std::unique_ptr<tls_stream> secure_;
    bool has_read_ = false;  ///< since the others had their turn
};

}  // namespace cloche::http
