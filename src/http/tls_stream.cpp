#include "http/tls_stream.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace cloche::http {

namespace asio = boost::asio;
using runtime::task;
using runtime::use_task;

namespace {

// What one TLS record holds (RFC 8446 section 5.1).
constexpr std::size_t record_size = 16 * 1024;

// OpenSSL's own socket BIO keeps the number of the descriptor, and would go on using it after the
// socket was closed and the number given to another connection. This one asks the socket each time.
watched_socket& socket_of(BIO* bio) {
    return *static_cast<watched_socket*>(::BIO_get_data(bio));
}

bool is_to_be_repeated(ssize_t outcome) {
    return outcome < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

int read_socket(BIO* bio, char* into, int size) {
    ::BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    const auto got = socket_of(bio).receive(into, static_cast<std::size_t>(size));
    if (is_to_be_repeated(got)) ::BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
    if (got == 0) ::BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return static_cast<int>(got);
}

int write_socket(BIO* bio, const char* from, int size) {
    ::BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    const auto sent = ::send(
        socket_of(bio).native(), from, static_cast<std::size_t>(size), MSG_DONTWAIT | MSG_NOSIGNAL
    );
    if (is_to_be_repeated(sent)) ::BIO_set_flags(bio, BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY);
    return static_cast<int>(sent);
}

long control_socket(BIO* bio, int what, long, void*) {
    if (what == BIO_CTRL_FLUSH) return 1;
    if (what == BIO_CTRL_EOF) return ::BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return 0;
}

BIO_METHOD* make_method() {
    BIO_METHOD* const made =
        ::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "cloche socket");
    if (made == nullptr) throw std::bad_alloc();
    ::BIO_meth_set_read(made, read_socket);
    ::BIO_meth_set_write(made, write_socket);
    ::BIO_meth_set_ctrl(made, control_socket);
    return made;
}

BIO* make_bio(watched_socket& socket) {
    static BIO_METHOD* const method = make_method();
    BIO* const made = ::BIO_new(method);
    if (made == nullptr) throw std::bad_alloc();
    ::BIO_set_data(made, &socket);
    ::BIO_set_init(made, 1);
    return made;
}

}  // namespace

void tls_stream::freed::operator()(SSL* session) const noexcept {
    ::SSL_free(session);
}

tls_stream::tls_stream(watched_socket& socket, SSL_CTX& with)
    : socket_(socket), session_(::SSL_new(&with)) {
    if (!session_) throw std::bad_alloc();
    // A small answer is copied behind its head and leaves as one record; the rest of a record that
    // the kernel did not take is kept by OpenSSL, so that where it came from may move.
    ::SSL_set_mode(
        session_.get(),
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
            SSL_MODE_RELEASE_BUFFERS
    );
    ::SSL_set_read_ahead(session_.get(), 1);
    BIO* const bio = make_bio(socket);
    ::SSL_set_bio(session_.get(), bio, bio);
}

tls_stream::~tls_stream() = default;

std::string_view tls_stream::protocol() const noexcept {
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    ::SSL_get0_alpn_selected(session_.get(), &chosen, &size);
    return {reinterpret_cast<const char*>(chosen), size};
}

int tls_stream::judge(int outcome, error& failed) const noexcept {
    if (outcome > 0) return SSL_ERROR_NONE;
    const int cause = ::SSL_get_error(session_.get(), outcome);
    switch (cause) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            return cause;
        case SSL_ERROR_ZERO_RETURN:
            failed = asio::error::eof;
            return SSL_ERROR_NONE;
        case SSL_ERROR_SYSCALL:
            if (errno != 0) {
                failed.assign(errno, boost::system::system_category());
            } else {
                failed = asio::ssl::error::stream_truncated;
            }
            return SSL_ERROR_NONE;
        default:
            break;
    }
    const auto code = ::ERR_get_error();
    if (ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        failed = asio::ssl::error::stream_truncated;
    } else {
        failed.assign(static_cast<int>(code), asio::error::get_ssl_category());
    }
    return SSL_ERROR_NONE;
}

task<void> tls_stream::wait_for(int wanted, error& failed) {
    if (wanted == SSL_ERROR_WANT_READ) return socket_.wait_readable(failed);
    return socket_.plain().async_wait(
        tcp_socket::wait_write, asio::redirect_error(use_task, failed)
    );
}

task<void> tls_stream::handshake(int (*step)(SSL*), error& failed) {
    for (;;) {
        ::ERR_clear_error();
        errno = 0;
        const int wanted = judge(step(session_.get()), failed);
        if (wanted == SSL_ERROR_NONE) co_return;
        co_await wait_for(wanted, failed);
        if (failed) co_return;
    }
}

task<void> tls_stream::connect(error& failed) {
    return handshake(&::SSL_connect, failed);
}
task<void> tls_stream::accept(error& failed) {
    return handshake(&::SSL_accept, failed);
}

int tls_stream::write_record(const gather& pieces, std::size_t& written, error& failed) noexcept {
    // For the time of a call alone. Called again after a wait, it is filled with the same.
    thread_local std::array<char, record_size> joined;
    const auto parts = pieces.pieces();
    const void* from = parts.front().iov_base;
    std::size_t size = parts.front().iov_len;
    if (parts.size() > 1 && size < record_size) {
        size = 0;
        for (const auto& part : parts) {
            const std::size_t some = std::min(part.iov_len, record_size - size);
            std::memcpy(joined.data() + size, part.iov_base, some);
            size += some;
        }
        from = joined.data();
    }
    ::ERR_clear_error();
    errno = 0;
    return judge(::SSL_write_ex(session_.get(), from, size, &written), failed);
}

bool tls_stream::send_now(gather& pieces, error& failed) noexcept {
    while (!pieces.empty()) {
        std::size_t written = 0;
        if (write_record(pieces, written, failed) != SSL_ERROR_NONE) return false;
        if (failed) return true;
        pieces.consume(written);
    }
    return true;
}

task<std::size_t> tls_stream::write_some(const gather& pieces, error& failed) {
    for (;;) {
        std::size_t written = 0;
        const int wanted = write_record(pieces, written, failed);
        if (wanted == SSL_ERROR_NONE) co_return written;
        co_await wait_for(wanted, failed);
        if (failed) co_return 0;
    }
}

bool tls_stream::read_now(asio::mutable_buffer space, std::size_t& got, error& failed) noexcept {
    ::ERR_clear_error();
    errno = 0;
    const int outcome = ::SSL_read_ex(session_.get(), space.data(), space.size(), &got);
    read_wants_ = judge(outcome, failed);
    return read_wants_ == SSL_ERROR_NONE;
}

// What OpenSSL holds may be the beginning of a record, of which more must come first.
bool tls_stream::may_read() const noexcept {
    if (read_wants_ == SSL_ERROR_WANT_WRITE) return false;
    const bool is_held = read_wants_ == SSL_ERROR_NONE && has_unread();
    return is_held || socket_.may_be_readable();
}

task<void> tls_stream::wait_readable(error& failed) {
    const int wanted = std::exchange(read_wants_, SSL_ERROR_NONE);
    return wait_for(wanted == SSL_ERROR_WANT_WRITE ? wanted : SSL_ERROR_WANT_READ, failed);
}

bool tls_stream::has_unread() const noexcept {
    return ::SSL_has_pending(session_.get()) != 0;
}

void tls_stream::close_notify() noexcept {
    ::ERR_clear_error();
    if (::SSL_is_init_finished(session_.get()) != 0) ::SSL_shutdown(session_.get());
    ::ERR_clear_error();
}

}  // namespace cloche::http
