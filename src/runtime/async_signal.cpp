#include "runtime/async_signal.hpp"

#include <boost/asio/redirect_error.hpp>

namespace cloche::runtime {

async_signal::async_signal(const io_executor& executor)
    : waiters_(executor, std::chrono::steady_clock::time_point::max()) {}

task<void> async_signal::wait() {
    if (set_) co_return;
    error woken;
    co_await waiters_.async_wait(asio::redirect_error(use_task, woken));
}

void async_signal::set() {
    set_ = true;
    waiters_.cancel();
}

}  // namespace cloche::runtime
