#include "runtime/offload.hpp"

#include "runtime/io_threads.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <stdexcept>
#include <string>
#include <thread>

namespace cloche::runtime {
namespace {

struct where {
    std::thread::id worked;
    std::thread::id resumed;
    std::string value;
};

task<where> run_and_tell(worker_pool& pool) {
    where told;
    auto work = [&told] {
        told.worked = std::this_thread::get_id();
        return std::string("done");
    };
    auto outcome = co_await offload(pool, work);
    told.resumed = std::this_thread::get_id();
    told.value = outcome.value();
    co_return told;
}

task<error> run_blocked(worker_pool& pool, std::shared_future<void> gate) {
    auto work = [gate] { gate.wait(); };
    auto outcome = co_await offload(pool, work);
    co_return outcome.has_error() ? outcome.error() : error();
}

task<std::string> run_throwing(worker_pool& pool) {
    auto work = []() -> int { throw std::runtime_error("broken"); };
    std::string said;
    try {
        auto outcome = co_await offload(pool, work);
        said = outcome ? "a value" : "an error";
    } catch (const std::runtime_error& thrown) {
        said = thrown.what();
    }
    co_return said;
}

TEST(offload, work_runs_on_the_pool_and_its_result_comes_home) {
    io_threads threads(1);
    threads.start();
    worker_pool pool(1, 4);
    const auto told =
        asio::co_spawn(threads.context(0), run_and_tell(pool), asio::use_future).get();
    EXPECT_EQ(told.value, "done");
    EXPECT_NE(told.worked, told.resumed);
    EXPECT_NE(told.worked, std::this_thread::get_id());
}

TEST(offload, full_queue_sheds_work_at_once) {
    io_threads threads(1);
    threads.start();
    std::promise<void> open;
    const std::shared_future<void> gate(open.get_future());
    worker_pool pool(1, 1);
    std::promise<void> begun;
    ASSERT_TRUE(pool.try_submit([&begun, gate] {
        begun.set_value();
        gate.wait();
    }));
    begun.get_future().wait();  // the one thread is busy, the queue empty
    auto queued = asio::co_spawn(threads.context(0), run_blocked(pool, gate), asio::use_future);
    auto shed = asio::co_spawn(threads.context(0), run_blocked(pool, gate), asio::use_future);
    EXPECT_EQ(shed.get(), offload_errc::overloaded);
    open.set_value();
    EXPECT_FALSE(queued.get());
}

TEST(offload, what_the_work_throws_is_thrown_at_the_caller) {
    io_threads threads(1);
    threads.start();
    worker_pool pool(1, 4);
    EXPECT_EQ(
        asio::co_spawn(threads.context(0), run_throwing(pool), asio::use_future).get(), "broken"
    );
}

}  // namespace
}  // namespace cloche::runtime
