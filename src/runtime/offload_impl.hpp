// The template behind runtime/offload.hpp; include that.
#pragma once

#include "runtime/async_signal.hpp"
#include "runtime/offload.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace cloche::runtime {

namespace detail {

/// One piece of work and its outcome; held by the caller and by the pool.
template <class Work>
struct offloaded {
    using value = std::invoke_result_t<Work>;

    offloaded(const io_executor& executor, Work what)
        : home(executor), done(executor), work(std::move(what)) {}

    void run() noexcept {
        try {
            if constexpr (std::is_void_v<value>)
                (*work)();
            else
                outcome.emplace((*work)());
        } catch (...) {
            thrown = std::current_exception();
        }
        // What the work holds dies here, not on the caller's thread: it may be large.
        work.reset();
    }

    io_executor home;
    async_signal done;
    std::optional<Work> work;
    std::optional<std::conditional_t<std::is_void_v<value>, bool, value>> outcome;
    std::exception_ptr thrown;
};

}  // namespace detail

template <class Work>
task<result<std::invoke_result_t<Work>>> offload(worker_pool& pool, Work work) {
    using job_type = detail::offloaded<Work>;
    const io_executor executor = co_await asio::this_coro::executor;
    auto job = std::make_shared<job_type>(executor, std::move(work));
    std::function<void()> submitted = [job]() mutable {
        job->run();
        // The last reference must not stay with the pool: the signal's timer belongs to the
        // caller's executor, which may be gone by then.
        const io_executor home = job->home;
        asio::post(home, [job = std::move(job)] { job->done.set(); });
    };
    if (!pool.try_submit(std::move(submitted))) CLOCHE_CO_FAIL(offload_errc::overloaded);
    co_await job->done.wait();
    if (job->thrown) std::rethrow_exception(job->thrown);
    if constexpr (std::is_void_v<typename job_type::value>)
        co_return result<void>();
    else
        co_return std::move(*job->outcome);
}

}  // namespace cloche::runtime
