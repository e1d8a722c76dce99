#include "runtime/sleeper.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <chrono>
#include <memory>
#include <thread>
#include <utility>

namespace cloche::runtime {
namespace {

using namespace std::chrono_literals;

task<void> count_after(
    std::shared_ptr<sleeper> waiting, std::chrono::milliseconds at_most, int& over
) {
    co_await sleeper::sleep(std::move(waiting), at_most);
    ++over;
}

class sleeper_test : public testing::Test {
protected:
    void begin(std::chrono::milliseconds at_most) {
        asio::co_spawn(context_, count_after(sleeper_, at_most, over_), asio::detached);
    }
    asio::io_context context_;
    const std::shared_ptr<sleeper> sleeper_ = std::make_shared<sleeper>(context_.get_executor());
    int over_ = 0;
};

TEST_F(sleeper_test, returns_after_its_time) {
    begin(1ms);
    context_.run();
    EXPECT_EQ(over_, 1);
}

TEST_F(sleeper_test, is_woken_by_another_thread) {
    begin(1h);
    context_.poll();
    EXPECT_EQ(over_, 0);
    std::thread other([this] { sleeper_->wake(); });
    context_.run();
    other.join();
    EXPECT_EQ(over_, 1);
}

TEST_F(sleeper_test, a_wake_up_before_it_sleeps_is_not_lost) {
    sleeper_->wake();
    context_.poll();
    begin(1h);
    context_.restart();
    context_.run();
    EXPECT_EQ(over_, 1);
}

TEST_F(sleeper_test, one_wake_up_ends_one_sleep) {
    sleeper_->wake();
    begin(1h);
    context_.run();
    EXPECT_EQ(over_, 1);
    begin(1h);
    context_.restart();
    context_.poll();
    EXPECT_EQ(over_, 1) << "sleeps";
    sleeper_->wake();
    context_.run();
    EXPECT_EQ(over_, 2);
}

}  // namespace
}  // namespace cloche::runtime
