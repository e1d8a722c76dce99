#include "runtime/pause.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

namespace cloche::runtime {

task<void> pause(std::chrono::milliseconds length) {
    using steady = std::chrono::steady_clock;
    using timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, io_executor>;
    const auto executor = co_await asio::this_coro::executor;
    timer waiting(executor, length);
    error ignored;
    co_await waiting.async_wait(asio::redirect_error(use_task, ignored));
}

}  // namespace cloche::runtime
