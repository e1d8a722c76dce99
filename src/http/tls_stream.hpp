// TLS over a socket. OpenSSL reads and writes the socket itself: no buffer stands between the two,
// and what a connection at rest holds is what OpenSSL needs to know of it.
//
// For `transport` alone. One read and one write may be on at a time. Errors: those of the socket;
// asio::error::eof after the other end's close_notify, stream_truncated where it closed without
// one; OpenSSL's.
#pragma once

#include "http/transport.hpp"
#include "runtime/task.hpp"

#include <openssl/types.h>

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace cloche::http {

class tls_stream {
public:
    /// `socket` must outlive it.
    tls_stream(watched_socket& socket, SSL_CTX& with);
    ~tls_stream();
    tls_stream(const tls_stream&) = delete;
    tls_stream& operator=(const tls_stream&) = delete;

    SSL& native() noexcept { return *session_; }
    /// What the handshake chose by ALPN (RFC 7301); empty without it.
    std::string_view protocol() const noexcept;

    runtime::task<void> connect(error& failed);
    runtime::task<void> accept(error& failed);

    /// As those of `transport`.
    bool send_now(gather& pieces, error& failed) noexcept;
    runtime::task<std::size_t> write_some(const gather& pieces, error& failed);
    bool read_now(boost::asio::mutable_buffer space, std::size_t& got, error& failed) noexcept;
    bool may_read() const noexcept;
    runtime::task<void> wait_readable(error& failed);

    /// Bytes have come that nobody has read; they may not make a whole record yet.
    bool has_unread() const noexcept;
    /// Tells the other end that nothing follows, if that can be sent at once.
    void close_notify() noexcept;

private:
    struct freed {
        void operator()(SSL* session) const noexcept;
    };
    /// What an OpenSSL call that gave `outcome` waits for: SSL_ERROR_NONE if it is done, or has
    /// `failed`.
    int judge(int outcome, error& failed) const noexcept;
    runtime::task<void> wait_for(int wanted, error& failed);
    runtime::task<void> handshake(int (*step)(SSL*), error& failed);
    /// Writes one record's worth of what comes first. Gives what it waits for.
    int write_record(const gather& pieces, std::size_t& written, error& failed) noexcept;

    watched_socket& socket_;
    std::unique_ptr<SSL, freed> session_;
    int read_wants_ = 0;  ///< of the last read that found less than a record
};

}  // namespace cloche::http
