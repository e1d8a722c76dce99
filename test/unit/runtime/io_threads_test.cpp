#include "runtime/io_threads.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include <csignal>
#include <future>
#include <thread>

namespace cloche::runtime {
namespace {

TEST(io_threads, each_context_runs_on_a_thread_of_its_own_that_knows_its_index) {
    io_threads threads(3);
    threads.start();
    ASSERT_EQ(threads.size(), 3U);
    std::vector<std::thread::id> ids;
    for (std::size_t i = 0; i < threads.size(); ++i) {
        std::promise<std::pair<std::size_t, std::thread::id>> ran;
        asio::post(threads.context(i), [&] {
            ran.set_value({io_threads::current(), std::this_thread::get_id()});
        });
        const auto [index, id] = ran.get_future().get();
        EXPECT_EQ(index, i);
        for (const auto& other : ids)
            EXPECT_NE(id, other);
        ids.push_back(id);
    }
    EXPECT_EQ(io_threads::current(), 0U);
}

TEST(io_threads, zero_means_one_per_core) {
    EXPECT_EQ(io_threads(0).size(), std::max(1U, std::thread::hardware_concurrency()));
}

TEST(io_threads, sigpipe_is_ignored) {
    const io_threads threads(1);
    struct sigaction now {};
    sigaction(SIGPIPE, nullptr, &now);
    EXPECT_EQ(now.sa_handler, SIG_IGN);
}

TEST(io_threads, stop_ends_threads_that_have_work_left) {
    io_threads threads(1);
    threads.start();
    threads.stop();
    threads.stop();
    bool ran = false;
    asio::post(threads.context(0), [&] { ran = true; });
    EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace cloche::runtime
