#include "http/transport.hpp"

#include "http/tls.hpp"
#include "http/tls_certificates.hpp"
#include "http/tls_stream.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include <cerrno>
#include <utility>

namespace cloche::http {

namespace asio = boost::asio;
using runtime::use_task;

namespace {

// The kernel takes a single piece with less ado.
ssize_t send_once(int descriptor, std::span<const iovec> parts) noexcept {
    constexpr int how = MSG_DONTWAIT | MSG_NOSIGNAL;
    if (parts.size() == 1) {
        return ::send(descriptor, parts.front().iov_base, parts.front().iov_len, how);
    }
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts.data());  // NOLINT: sendmsg's type; it only reads
    message.msg_iovlen = parts.size();
    return ::sendmsg(descriptor, &message, how);
}

}  // namespace

void gather::add(std::string_view piece) noexcept {
    if (piece.empty()) return;
    auto& next = pieces_[count_++];
    next.iov_base = const_cast<char*>(piece.data());  // NOLINT: writev's type; it only reads
    next.iov_len = piece.size();
}

std::size_t gather::size() const noexcept {
    std::size_t bytes = 0;
    for (const auto& piece : pieces())
        bytes += piece.iov_len;
    return bytes;
}

void gather::consume(std::size_t bytes) noexcept {
    while (bytes > 0 && first_ < count_) {
        auto& piece = pieces_[first_];
        if (bytes < piece.iov_len) {
            piece.iov_base = static_cast<char*>(piece.iov_base) + bytes;
            piece.iov_len -= bytes;
            return;
        }
        bytes -= piece.iov_len;
        ++first_;
    }
}

transport::transport(tcp_socket socket) : socket_(new watched_socket(std::move(socket))) {}
transport::transport(transport&& other) noexcept = default;
// What waits for the socket holds it too.
transport::~transport() {
    close();
}

bool transport::send_now(gather& pieces, error& failed) noexcept {
    if (secure_) return secure_->send_now(pieces, failed);
    ssize_t sent = 0;
    do {
        sent = send_once(socket_->native(), pieces.pieces());
    } while (sent < 0 && errno == EINTR);
    if (sent >= 0) {
        pieces.consume(static_cast<std::size_t>(sent));
        return pieces.empty();
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
    failed.assign(errno, boost::system::system_category());
    return true;
}

runtime::task<std::size_t> transport::write_some(const gather& pieces, error& failed) {
    if (secure_) return secure_->write_some(pieces, failed);
    std::array<asio::const_buffer, 5> buffers;
    std::size_t count = 0;
    for (const auto& piece : pieces.pieces()) {
        buffers[count++] = asio::const_buffer(piece.iov_base, piece.iov_len);
    }
    return socket().async_write_some(buffers, asio::redirect_error(use_task, failed));
}

bool transport::read_now(asio::mutable_buffer space, std::size_t& got, error& failed) noexcept {
    if (secure_) {
        const bool done = secure_->read_now(space, got, failed);
        has_read_ = has_read_ || got > 0;
        return done;
    }
    const auto outcome = socket_->receive(space.data(), space.size());
    if (outcome > 0) {
        got = static_cast<std::size_t>(outcome);
        has_read_ = true;
    } else if (outcome == 0) {
        failed = asio::error::eof;
    } else if (errno == EAGAIN) {
        return false;
    } else {
        failed.assign(errno, boost::system::system_category());
    }
    return true;
}

runtime::task<std::size_t> transport::read_some(asio::mutable_buffer space, error& failed) {
    std::size_t got = 0;
    do {
        if (!may_read()) co_await wait_readable(failed);
    } while (!failed && !read_now(space, got, failed));
    co_return got;
}

bool transport::has_something() const noexcept {
    return secure_ ? secure_->may_read() : socket_->may_be_readable();
}

bool transport::may_read() const noexcept {
    return !has_read_ && has_something();
}

runtime::task<void> transport::wait_readable(error& failed) {
    const bool gives_way = std::exchange(has_read_, false) && has_something();
    if (gives_way) return asio::post(socket().get_executor(), use_task);
    return secure_ ? secure_->wait_readable(failed) : socket_->wait_readable(failed);
}

runtime::task<void> transport::start_tls(
    asio::ssl::context& with, std::string_view host, error& failed
) {
    secure_ = std::make_unique<tls_stream>(*socket_, *with.native_handle());
    failed = expect_host(secure_->native(), host);
    if (failed) co_return;
    co_await secure_->connect(failed);
}

runtime::task<void> transport::accept_tls(
    std::shared_ptr<const certificate_set> certificates, error& failed
) {
    certificates_ = std::move(certificates);
    secure_ = std::make_unique<tls_stream>(*socket_, certificates_->first());
    co_await secure_->accept(failed);
}

bool transport::offers_tls() noexcept {
    // ContentType handshake (RFC 8446 section 5.1): no HTTP method begins so.
    constexpr char handshake = 22;
    char byte = 0;
    const auto got = ::recv(socket_->native(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 1 && byte == handshake;
}

bool transport::speaks_http2() const noexcept {
    return secure_ && secure_->protocol() == "h2";
}

bool transport::is_over() noexcept {
    pollfd asked{};
    asked.fd = socket_->native();
    asked.events = POLLRDHUP;
    return ::poll(&asked, 1, 0) != 0;
}

bool transport::has_news() noexcept {
    return (secure_ && secure_->has_unread()) || socket_->has_news();
}

void transport::cancel() noexcept {
    socket_->cancel();
}

void transport::end_sending() noexcept {
    if (secure_) secure_->close_notify();
    error ignored;
    socket().shutdown(tcp_socket::shutdown_send, ignored);
}

void transport::shutdown_send() noexcept {
    end_sending();
    // From here on what comes is taken as bytes: to be thrown away, and not worth deciphering.
    secure_.reset();
}

void transport::close() noexcept {
    if (!is_open()) return;
    if (secure_) secure_->close_notify();
    socket_->close();
}

void transport::reset() noexcept {
    error ignored;
    socket().set_option(asio::socket_base::linger(true, 0), ignored);
    socket_->close();
}

}  // namespace cloche::http
