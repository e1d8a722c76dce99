// One coroutine that waits for a while, and whom other threads can wake before that.
//
//     const auto waiting = std::make_shared<sleeper>(executor);
//     co_await sleeper::sleep(waiting, at_most);   // the coroutine, on that executor
//     waiting->wake();                             // anybody
#pragma once

#include "runtime/task.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/wait_traits.hpp>

#include <atomic>
#include <chrono>
#include <memory>

namespace cloche::runtime {

class sleeper : public std::enable_shared_from_this<sleeper> {
public:
    explicit sleeper(const io_executor& executor) : timer_(executor) {}

    /// Returns after `at_most`, when it is or was woken since it last slept, or when the coroutine
    /// is cancelled. May return early for no reason: look again at what is waited for.
    static task<void> sleep(std::shared_ptr<sleeper> self, std::chrono::milliseconds at_most);

    /// Any thread.
    void wake();

private:
    asio::basic_waitable_timer<
        std::chrono::steady_clock,
        asio::wait_traits<std::chrono::steady_clock>,
        io_executor>
        timer_;
    std::atomic<bool> woken_ = false;
};

}  // namespace cloche::runtime
