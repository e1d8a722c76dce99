#include "app/file_watch.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <utility>

namespace cloche::app {
namespace {

namespace asio = runtime::asio;
using steady = std::chrono::steady_clock;
using timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, runtime::io_executor>;

constexpr std::chrono::seconds look_every{2};

runtime::task<void> keep_looking(runtime::worker_pool& files, std::function<void()> look) {
    const auto executor = co_await asio::this_coro::executor;
    timer waiting(executor);
    for (;;) {
        error ignored;
        waiting.expires_after(look_every);
        co_await waiting.async_wait(asio::redirect_error(runtime::use_task, ignored));
        // With the queue full it is looked at the next time.
        files.try_submit(look);
    }
}

}  // namespace

void watch_files(
    runtime::io_threads& threads, runtime::worker_pool& files, std::function<void()> look
) {
    auto& context = threads.context(0);
    asio::co_spawn(context, keep_looking(files, std::move(look)), asio::detached);
}

}  // namespace cloche::app
