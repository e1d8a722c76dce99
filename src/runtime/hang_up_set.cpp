#include "runtime/hang_up_set.hpp"

#include "runtime/task.hpp"

#include <sys/epoll.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

namespace cloche::runtime {

namespace {

constexpr std::size_t at_a_time = 64;

}  // namespace

struct hang_up_set::events {
    events(asio::io_context& context, int descriptor) : queue(context, descriptor) {}
    asio::posix::basic_stream_descriptor<io_executor> queue;
};

hang_up_set& hang_up_set::of(asio::execution_context& context) {
    return asio::use_service<hang_up_set>(context);
}

hang_up_set::hang_up_set(asio::execution_context& context)
    : asio::execution_context::service(context) {
    const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
    if (descriptor < 0) {
        const error why(errno, boost::system::system_category());
        throw boost::system::system_error(why, "epoll_create1");
    }
    events_ = std::make_unique<events>(static_cast<asio::io_context&>(context), descriptor);
}

hang_up_set::~hang_up_set() = default;

void hang_up_set::shutdown() {
    events_.reset();
}

bool hang_up_set::add(int descriptor, hang_up_listener& who) noexcept {
    if (!events_) return false;
    epoll_event asked{};
    asked.events = EPOLLRDHUP | EPOLLET;
    asked.data.ptr = &who;
    const int queue = events_->queue.native_handle();
    if (::epoll_ctl(queue, EPOLL_CTL_ADD, descriptor, &asked) != 0) return false;
    ++members_;
    if (!waiting_) wait();
    return true;
}

// Without members nothing waits, so that an event loop that has nothing else to do may end.
void hang_up_set::drop() noexcept {
    --members_;
    if (members_ != 0 || !events_) return;
    error ignored;
    events_->queue.cancel(ignored);
}

void hang_up_set::wait() {
    waiting_ = true;
    using queue = asio::posix::basic_stream_descriptor<io_executor>;
    events_->queue.async_wait(queue::wait_read, [this](const error& failed) {
        waiting_ = false;
        if (!failed) tell();
        if (members_ != 0 && events_ && !waiting_) wait();
    });
}

void hang_up_set::tell() {
    std::array<epoll_event, at_a_time> found{};
    const int queue = events_->queue.native_handle();
    const int outcome = ::epoll_wait(queue, found.data(), static_cast<int>(found.size()), 0);
    const auto count = static_cast<std::size_t>(std::max(outcome, 0));
    // What one of them does may close another.
    std::array<boost::intrusive_ptr<hang_up_listener>, at_a_time> told;
    for (std::size_t i = 0; i < count; ++i)
        told[i] = static_cast<hang_up_listener*>(found[i].data.ptr);
    for (const auto& who : told) {
        if (who) who->on_hang_up();
    }
}

}  // namespace cloche::runtime
