#include "http/watched_socket.hpp"

#include "http/asio_readiness.hpp"

#include <sys/socket.h>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include <cerrno>
#include <utility>

namespace cloche::http {

namespace asio = boost::asio;
using runtime::task;
using runtime::use_task;

// What Asio calls when an event has come.
struct watched_socket::on_event {
    explicit on_event(watched_socket& socket) : self(&socket) {}
    on_event(on_event&&) noexcept = default;
    on_event& operator=(on_event&&) = delete;
    // The event loop is being destroyed: who waits goes with it, and with it this socket.
    ~on_event() {
        if (self) self->waiter_.reset();
    }

    void operator()(const error& failed, std::size_t) {
        const auto socket = std::move(self);
        socket->attending_ = false;
        if (!failed) socket->readable_ = true;
        socket->wake(failed);
    }

    socket_ptr self;
};

watched_socket::watched_socket(tcp_socket socket) : socket_(std::move(socket)) {
    if (socket_.is_open()) watch();
}

watched_socket::~watched_socket() {
    close();
}

task<void> watched_socket::connect(asio::ip::tcp::endpoint where, error& failed) {
    co_await socket_.async_connect(where, asio::redirect_error(use_task, failed));
    if (!failed) watch();
}

// Where ends are not told, every read looks whether there is one.
void watched_socket::watch() noexcept {
    auto& ends = runtime::hang_up_set::of(socket_.get_executor().context());
    watched_ = ends.add(native(), *this);
    hung_up_ = !watched_;
    readable_ = true;
}

ssize_t watched_socket::receive(void* into, std::size_t size) noexcept {
    if (!readable_) {
        errno = EAGAIN;
        return -1;
    }
    ssize_t got = 0;
    do {
        got = ::recv(native(), into, size, MSG_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    const bool nothing = got < 0 && errno == EAGAIN;
    const bool less = got > 0 && static_cast<std::size_t>(got) < size;
    // What comes after less than was asked for comes with an event; so does an end.
    if (nothing || (less && !hung_up_)) readable_ = false;
    return got;
}

void watched_socket::attend() {
    if (std::exchange(attending_, true)) return;
    socket_.async_receive(readiness(), on_event(*this));
}

task<void> watched_socket::wait_readable(error& failed) {
    return asio::async_initiate<const asio::use_awaitable_t<runtime::io_executor>, void()>(
        [this](waiter who, error* outcome) { suspend(std::move(who), *outcome); }, use_task, &failed
    );
}

void watched_socket::suspend(waiter who, error& failed) {
    if (waiter_) {
        // TLS that wants to read before it can write, while a read waits.
        failed = asio::error::already_started;
        asio::post(socket_.get_executor(), std::move(who));
        return;
    }
    ++waits_;
    outcome_ = &failed;
    auto slot = asio::get_associated_cancellation_slot(who);
    if (slot.is_connected()) {
        slot.assign([this](asio::cancellation_type) { wake_soon(asio::error::operation_aborted); });
    }
    waiter_.emplace(std::move(who));
    if (readable_) wake_soon(error());
    attend();
}

void watched_socket::wake(const error& outcome) {
    if (!waiter_) return;
    *outcome_ = outcome;
    auto who = std::move(*waiter_);
    waiter_.reset();
    std::move(who)();
}

// Not from within another coroutine, nor before this one has been suspended.
void watched_socket::wake_soon(const error& outcome) {
    asio::post(socket_.get_executor(), [self = socket_ptr(this), which = waits_, outcome] {
        if (self->waits_ == which) self->wake(outcome);
    });
}

void watched_socket::on_hang_up() noexcept {
    hung_up_ = true;
    readable_ = true;
    wake(error());
}

bool watched_socket::has_news() noexcept {
    char byte = 0;
    const auto got = ::recv(native(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got >= 0 || errno != EAGAIN) return true;
    readable_ = false;
    return false;
}

void watched_socket::cancel() noexcept {
    error ignored;
    socket_.cancel(ignored);
    // An event that is about to be told must not hide it.
    if (waiter_) wake_soon(asio::error::operation_aborted);
}

void watched_socket::close() noexcept {
    if (std::exchange(watched_, false)) {
        runtime::hang_up_set::of(socket_.get_executor().context()).drop();
    }
    error ignored;
    socket_.close(ignored);
}

}  // namespace cloche::http
