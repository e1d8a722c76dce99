#include "runtime/process_signals.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace cloche::runtime {
namespace {

TEST(process_signals, a_signal_that_came_before_the_wait_is_not_lost) {
    std::thread([] {
        const process_signals signals;
        raise(SIGTERM);
        EXPECT_EQ(signals.wait(), SIGTERM);
        raise(SIGINT);
        EXPECT_EQ(signals.wait(), SIGINT);
    }).join();
}

}  // namespace
}  // namespace cloche::runtime
