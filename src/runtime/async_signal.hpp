// Wakes coroutines that wait for something which happens on the same thread.
//
//     co_await answered.wait();     // one or more coroutines
//     answered.set();               // another, on the same executor
//
// Not for other threads: post to the executor first.
#pragma once

#include "runtime/task.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <chrono>

namespace cloche::runtime {

class async_signal {
public:
    explicit async_signal(const io_executor& executor);

    /// Returns when the signal is or was set, or when the waiting coroutine is cancelled.
    task<void> wait();
    /// Wakes all that wait, and lets later calls of wait() through.
    void set();
    /// Later calls of wait() wait again.
    void reset() noexcept { set_ = false; }
    bool is_set() const noexcept { return set_; }

private:
    // A timer that never runs out is Asio's condition variable.
    asio::basic_waitable_timer<
        std::chrono::steady_clock,
        asio::wait_traits<std::chrono::steady_clock>,
        io_executor>
        waiters_;
    bool set_ = false;
};

}  // namespace cloche::runtime
