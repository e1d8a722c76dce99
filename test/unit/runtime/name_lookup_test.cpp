#include "runtime/name_lookup.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include <memory>
#include <string>

namespace cloche::runtime {
namespace {

task<void> wait_for(std::shared_ptr<name_lookup> begun) {
    co_await begun->wait();
}

// In one turn of the loop, in which no answer can come.
task<void> leave_at_once(bool& left) {
    const auto home = co_await asio::this_coro::executor;
    const auto begun = name_lookup::begin(home, "a..b", 8080);
    begun->leave();
    co_await begun->wait();
    left = begun->found().empty() && !begun->failure();
}

class name_lookups : public testing::Test {
protected:
    /// Of a look-up that nobody leaves.
    std::shared_ptr<name_lookup> done(const std::string& host) {
        const auto begun = name_lookup::begin(loop_.get_executor(), host, 8080);
        asio::co_spawn(loop_, wait_for(begun), asio::detached);
        loop_.run();
        loop_.restart();
        return begun;
    }

    asio::io_context loop_{1};
};

TEST_F(name_lookups, an_address_is_its_own_answer) {
    for (const char* address : {"127.0.0.1", "::1"}) {
        const auto found = done(address)->found();
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found.front().address().to_string(), address);
        EXPECT_EQ(found.front().port(), 8080);
    }
}

TEST_F(name_lookups, a_name_has_addresses_or_a_reason_why_not) {
    const auto local = done("localhost");
    ASSERT_FALSE(local->found().empty());
    EXPECT_TRUE(local->found().front().address().is_loopback());
    const auto nowhere = done("a..b");
    EXPECT_TRUE(nowhere->found().empty());
    EXPECT_TRUE(nowhere->failure());
}

TEST_F(name_lookups, whoever_leaves_has_nothing) {
    bool left = false;
    asio::co_spawn(loop_, leave_at_once(left), asio::detached);
    loop_.run();
    EXPECT_TRUE(left);
}

}  // namespace
}  // namespace cloche::runtime
