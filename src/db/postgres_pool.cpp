#include "db/postgres_pool.hpp"

#include "db/postgres_lane.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <functional>
#include <utility>

namespace cloche::db {

namespace asio = boost::asio;
using runtime::task;

namespace {

/// A query on its way, for the lane's thread and the caller's.
struct call {
    call(postgres_query asked, call_order when) : query(std::move(asked)), order(when) {}

    postgres_query query;
    call_order order;
    result<postgres_rows> outcome{make_error_code(errc::unavailable)};
};

/// `done` is not a part of the call: it leads to the coroutine that holds the call.
task<void> run_on_lane(
    std::shared_ptr<postgres_lane> lane, std::shared_ptr<call> asked, std::function<void()> done
) {
    try {
        asked->outcome = co_await lane->run(asked->query, asked->order);
    } catch (const std::exception&) {
        asked->outcome = make_error_code(errc::unavailable);
    }
    done();
}

/// Starts a call when its coroutine suspends; the coroutine goes on where it came from.
struct start_call {
    std::shared_ptr<postgres_lane> lane;
    std::shared_ptr<call> asked;

    template <class Handler>
    void operator()(Handler handler) {
        auto executor = asio::get_associated_executor(handler);
        auto resume = [waiting = std::make_shared<Handler>(std::move(handler)),
                       guard = asio::make_work_guard(executor)]() mutable {
            auto target = guard.get_executor();
            asio::post(target, [handler = std::move(waiting)] { (*handler)(); });
            guard.reset();
        };
        auto running = run_on_lane(lane, std::move(asked), std::move(resume));
        asio::co_spawn(lane->loop(), std::move(running), asio::detached);
    }
};

}  // namespace

postgres_pool::postgres_pool(runtime::io_threads& threads, const postgres_address& address)
    : shared_(std::make_shared<postgres_shared>(address)) {
    for (std::size_t i = 0; i < threads.size(); ++i)
        lanes_.push_back(std::make_shared<postgres_lane>(threads.context(i), shared_));
}

postgres_pool::~postgres_pool() {
    // Connections are closed by the threads that they belong to, or with their event loops.
    for (auto& lane : lanes_) {
        auto& loop = lane->loop();
        asio::post(loop, [closing = std::move(lane)] { closing->close(); });
    }
}

task<result<postgres_rows>> postgres_pool::run(postgres_query query, call_order order) {
    const auto& lane = lanes_[runtime::io_threads::current() % lanes_.size()];
    auto asked = std::make_shared<call>(std::move(query), order);
    start_call initiation{lane, asked};
    using token = const asio::use_awaitable_t<runtime::io_executor>;
    co_await asio::async_initiate<token, void()>(std::move(initiation), runtime::use_task);
    co_return std::move(asked->outcome);
}

std::string postgres_pool::last_failure() const {
    return shared_->last_failure();
}

}  // namespace cloche::db
