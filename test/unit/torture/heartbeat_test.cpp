#include "torture/heartbeat.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include <chrono>
#include <latch>
#include <thread>

namespace {

using namespace cloche::torture;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

TEST(heartbeat, a_thread_that_does_not_keep_up_is_late_for_as_long_as_that_takes) {
    cloche::runtime::io_threads threads(1);
    disturbances done;
    tally counts;
    threads.start();
    heartbeat beats(threads, done, counts);
    std::latch busy(1);
    boost::asio::post(threads.context(0), [&] { busy.wait(); });
    const auto begun = steady::now();
    const auto is_late = [&] { return done.befell(7, begun, steady::now()); };
    while (!is_late()) {
        beats.look();
        std::this_thread::yield();
    }
    EXPECT_GE(steady::now() - begun, 1s);
    EXPECT_EQ(counts.now().late, 0ms) << "it is not over yet";
    busy.count_down();
    while (counts.now().late == 0ms) {
        beats.look();
        std::this_thread::yield();
    }
    EXPECT_GE(counts.now().late, 1s);
    threads.stop();
}

}  // namespace
