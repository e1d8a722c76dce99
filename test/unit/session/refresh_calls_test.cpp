#include "session/refresh_calls.hpp"

#include "support/manual_clock.hpp"
#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using outcome = refresh_circuit::outcome;
using test::id_of;

circuit_options two_places() {
    circuit_options options;
    options.concurrency = 2;
    return options;
}

class refresh_calls_test : public testing::Test {
protected:
    using entered = refresh_calls::entered;

    /// Asks for a place; what it got is in `got_` once it has it.
    void ask(const std::string& name, milliseconds at_most = 1h) {
        runtime::asio::co_spawn(
            loop_,
            calls_.enter(id_of(name), at_most),
            [this, name](std::exception_ptr, entered what) { got_[name] = std::move(what); }
        );
        turn();
    }
    void end(const std::string& name, outcome what = outcome::served) {
        got_.at(name).where.ended(what);
        turn();
    }
    bool has_place(const std::string& name) {
        return got_.contains(name) && got_.at(name).where.is_there();
    }
    void turn() {
        loop_.restart();
        loop_.poll();
    }

    test::manual_clock clock_;
    std::vector<bool> moves_;
    refresh_calls calls_{
        two_places(), clock_, [] { return 0.0; }, [this](bool open) { moves_.push_back(open); }};
    runtime::asio::io_context loop_{1};
    std::map<std::string, entered> got_;
};

TEST_F(refresh_calls_test, who_finds_no_place_waits_for_one_in_turn) {
    for (const char* name : {"a", "b", "c", "d"})
        ask(name);
    EXPECT_TRUE(has_place("a"));
    EXPECT_FALSE(got_.at("a").waited);
    EXPECT_TRUE(has_place("b"));
    EXPECT_EQ(got_.count("c"), 0U);
    end("b");
    EXPECT_TRUE(has_place("c"));
    EXPECT_TRUE(got_.at("c").waited) << "the record may have changed meanwhile";
    EXPECT_EQ(got_.count("d"), 0U);
    got_.at("a") = entered();
    turn();
    EXPECT_TRUE(has_place("d")) << "a place that is dropped is free";
}

TEST_F(refresh_calls_test, who_has_waited_for_long_enough_goes_without) {
    ask("a");
    ask("b");
    runtime::asio::co_spawn(
        loop_,
        calls_.enter(id_of("c"), 1ms),
        [this](std::exception_ptr, entered what) { got_["c"] = std::move(what); }
    );
    loop_.restart();
    loop_.run();
    EXPECT_FALSE(has_place("c"));
    end("a");
    ask("d");
    EXPECT_TRUE(has_place("d")) << "nobody is let in who has gone";
}

TEST_F(refresh_calls_test, an_open_circuit_turns_everybody_away_who_waits_or_comes) {
    for (const char* name : {"1", "2", "3", "4"}) {
        ask(name);
        end(name, outcome::troubled);
    }
    ask("5");
    ask("6");
    ask("waits");
    EXPECT_FALSE(calls_.is_open());
    end("5", outcome::troubled);
    EXPECT_TRUE(calls_.is_open());
    EXPECT_EQ(moves_, std::vector<bool>{true});
    EXPECT_FALSE(has_place("waits"));
    EXPECT_EQ(got_.at("waits").retry_in, 500ms);
    ask("comes");
    EXPECT_FALSE(has_place("comes"));
    EXPECT_EQ(got_.at("comes").retry_in, 500ms);
    end("6", outcome::troubled);

    clock_.advance(500ms);
    EXPECT_FALSE(calls_.is_open());
    ask("tries");
    EXPECT_TRUE(has_place("tries"));
    ask("behind it");
    EXPECT_EQ(got_.count("behind it"), 0U);
    end("tries");
    EXPECT_TRUE(has_place("behind it"));
    EXPECT_EQ(moves_, (std::vector<bool>{true, false}));
}

}  // namespace
}  // namespace cloche::session
