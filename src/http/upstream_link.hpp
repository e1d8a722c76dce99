// One connection to an upstream: opens it, moves bytes, keeps time limits. Knows nothing of
// messages.
//
// For `client_pool` and what speaks over its connections. All on the connection's own thread.
#pragma once

#include "http/errc.hpp"
#include "http/origin.hpp"
#include "http/transport.hpp"
#include "runtime/deadline_wheel.hpp"
#include "runtime/name_lookup.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

namespace cloche::http {

class upstream_link {
public:
    upstream_link(
        const runtime::io_executor& home,
        runtime::deadline_wheel& wheel,
        std::shared_ptr<std::atomic<std::size_t>> counted
    );
    ~upstream_link();
    upstream_link(const upstream_link&) = delete;
    upstream_link& operator=(const upstream_link&) = delete;

    /// Tries all addresses of the origin in order, within `limit`. `tls` where the origin says so;
    /// nothing is ever sent in clear then. Errors: connect_failed, connect_timeout, tls_failed;
    /// what stop() was called with.
    runtime::task<error> connect(
        const origin& where, boost::asio::ssl::context* tls, std::chrono::milliseconds limit
    );

    /// Sends what the kernel takes at once. True if that was all, or if `failed` was set.
    bool send_now(gather& pieces, error& failed) noexcept;
    /// Sends the rest; `limit` is for each step forward. Errors: upstream_reset, upstream_timeout;
    /// what stop() was called with.
    runtime::task<error> send(gather& pieces, std::chrono::milliseconds limit);
    /// Reads what has come, without waiting. False if wait_readable() is to be called first.
    /// Errors: those of reading_failed_by().
    bool read_now(boost::asio::mutable_buffer space, std::size_t& got, error& failed) noexcept;
    bool may_read() const noexcept { return stream_.may_read(); }
    /// A failure is to be put to reading_failed_by().
    runtime::task<void> wait_readable(error& failed) { return stream_.wait_readable(failed); }
    /// What it means that a wait failed: end_of_stream, upstream_reset, upstream_timeout (the limit
    /// of limit_reading), or what stop() was called with.
    error reading_failed_by(const error& failed) const noexcept;
    /// Nothing follows from our side; what the upstream says is still read.
    void end_sending() noexcept { stream_.end_sending(); }
    void limit_reading(std::chrono::milliseconds limit);
    void unlimit_reading() noexcept { read_limit_.disarm(); }

    /// Ends whatever is on, which then fails with `why`. The first reason stands.
    void stop(error why) noexcept;
    bool stopped() const noexcept { return stopped_.failed(); }
    /// Nothing may come while no request is on: asks the kernel whether something did, or the other
    /// end left. Before a request is sent, and where may_read() says that something has happened.
    bool is_dead() noexcept { return stream_.has_news(); }
    bool is_open() const noexcept { return stream_.is_open(); }
    /// It has carried a request before.
    bool reused() const noexcept { return reused_; }

    /// No request is on from now on, so nothing may come.
    void rest() {
        reused_ = true;
        stream_.attend();
    }

    /// The upstream closed its side cleanly.
    static error end_of_stream() noexcept;

private:
    runtime::task<std::vector<boost::asio::ip::tcp::endpoint>> addresses_of(
        const origin& where, std::chrono::milliseconds limit
    );
    runtime::task<bool> connect_to(
        boost::asio::ip::tcp::endpoint where, std::chrono::milliseconds limit
    );
    error reason_of(const error& failed) const noexcept;
    void on_read_limit();
    void on_write_limit();

    transport stream_;
    runtime::deadline read_limit_;
    runtime::deadline write_limit_;
    std::shared_ptr<runtime::name_lookup> lookup_;
    error stopped_;
    bool too_slow_ = false;
    bool reused_ = false;
    std::shared_ptr<std::atomic<std::size_t>> count_;
};

}  // namespace cloche::http
