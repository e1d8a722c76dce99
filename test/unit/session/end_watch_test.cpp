// Connections that stay open for a session, and how they learn of its end (WS-2, LO-6).
#include "session/end_watch.hpp"

#include "unit/session/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::session_engine;

class end_watching : public test::engine_fixture {
protected:
    std::shared_ptr<end_watch> watch(const id_hash& id, std::size_t thread = 0) {
        auto& context = engine_.threads().context(thread);
        return engine_.sessions().watch_end(context.get_executor(), id, [this] { ++told_; });
    }
    void sign_out(const id_hash& id) {
        ASSERT_TRUE(
            engine_.run(engine_.sessions().sign_out(id, end_reason::signed_out, caller())).value()
        );
    }
    bool told(int times) {
        return session_engine::eventually([&] { return told_ == times; });
    }
    /// What was posted to that thread has been done.
    void settle(std::size_t thread) {
        std::promise<void> passed;
        boost::asio::post(engine_.threads().context(thread), [&] { passed.set_value(); });
        passed.get_future().wait();
    }

    std::atomic<int> told_ = 0;
};
INSTANTIATE_TEST_SUITE_P(stores, end_watching, test::every_store(), test::name_of_store);

TEST_P(end_watching, a_sign_out_is_told_to_all_that_are_open_on_every_thread) {
    engine_.start();
    const auto id = engine_.sign_in();
    const auto other = engine_.sign_in("somebody else");
    const auto first = watch(id, 0);
    const auto second = watch(id, 3);
    const auto third = watch(other, 1);
    sign_out(id);
    EXPECT_TRUE(told(2));
    sign_out(other);
    EXPECT_TRUE(told(3));
}

TEST_P(end_watching, one_that_is_over_already_is_told_at_once) {
    engine_.start();
    const auto id = engine_.sign_in();
    sign_out(id);
    const auto late = watch(id);
    EXPECT_TRUE(told(1));
    const auto made_up = watch(session::hash_of("made up"));
    EXPECT_TRUE(told(2));
}

TEST_P(end_watching, who_does_not_want_to_know_any_more_is_not_told) {
    engine_.start();
    const auto id = engine_.sign_in();
    const auto dropped = watch(id);
    const auto kept = watch(id, 1);
    std::promise<void> stopped;
    boost::asio::post(engine_.threads().context(0), [&] {
        dropped->stop();
        stopped.set_value();
    });
    stopped.get_future().wait();
    sign_out(id);
    EXPECT_TRUE(told(1));
    settle(0);
    EXPECT_EQ(told_, 1);
}

TEST_P(end_watching, an_end_by_age_is_found_by_looking) {
    engine_.options.watch = 20ms;
    engine_.start();
    const auto id = engine_.sign_in();
    const auto open = watch(id);
    engine_.clock.advance(engine_.options.absolute + 1s);
    EXPECT_TRUE(told(1));
}

TEST_P(end_watching, a_refresh_or_a_store_that_is_away_ends_nothing) {
    engine_.options.watch = 1ms;
    engine_.start();
    const auto id = engine_.sign_in();
    const auto open = watch(id);
    engine_.clock.advance(engine_.api.life + 1s);
    EXPECT_EQ(engine_.acquire(id).what, access::granted);
    engine_.store().go_away();
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(told_, 0);
    engine_.store().come_back();
    sign_out(id);
    EXPECT_TRUE(told(1));
}

TEST_P(end_watching, an_end_that_the_store_did_not_take_counts_here_already) {
    engine_.start();
    const auto id = engine_.sign_in();
    const auto open = watch(id);
    engine_.store().go_away();
    EXPECT_FALSE(
        engine_.run(engine_.sessions().sign_out(id, end_reason::signed_out, caller())).has_value()
    );
    EXPECT_TRUE(told(1));
}

}  // namespace
}  // namespace cloche::session
