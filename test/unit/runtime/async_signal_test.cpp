#include "runtime/async_signal.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

namespace cloche::runtime {
namespace {

task<void> count_after(async_signal& signal, int& woken) {
    co_await signal.wait();
    ++woken;
}

TEST(async_signal, all_waiters_are_woken_by_one_set) {
    asio::io_context context;
    async_signal signal(context.get_executor());
    int woken = 0;
    asio::co_spawn(context, count_after(signal, woken), asio::detached);
    asio::co_spawn(context, count_after(signal, woken), asio::detached);
    context.poll();
    EXPECT_EQ(woken, 0);
    signal.set();
    context.poll();
    EXPECT_EQ(woken, 2);
}

TEST(async_signal, who_comes_after_the_set_does_not_wait) {
    asio::io_context context;
    async_signal signal(context.get_executor());
    int woken = 0;
    signal.set();
    asio::co_spawn(context, count_after(signal, woken), asio::detached);
    context.poll();
    EXPECT_EQ(woken, 1);
}

TEST(async_signal, a_reset_signal_makes_wait_again) {
    asio::io_context context;
    async_signal signal(context.get_executor());
    int woken = 0;
    signal.set();
    signal.reset();
    asio::co_spawn(context, count_after(signal, woken), asio::detached);
    context.poll();
    EXPECT_EQ(woken, 0);
    signal.set();
    context.poll();
    EXPECT_EQ(woken, 1);
}

}  // namespace
}  // namespace cloche::runtime
