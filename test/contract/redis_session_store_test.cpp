#include "session/redis_session_store.hpp"

#include "base/encoding.hpp"
#include "contract/session_store_contract.hpp"
#include "support/redis_server.hpp"
#include "support/redis_stores.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace cloche::test {
namespace {

using db::redis_value;

const bool looked = end_without_redis();

class redis_variant {
public:
    redis_variant() { reopen(); }
    session::session_store& store() { return *store_; }
    bool reopen() {
        store_.reset();
        store_ = stores_.open(shared_redis().url(prefix_));
        return true;
    }

private:
    const std::string prefix_ = fresh_prefix();
    redis_stores stores_;
    std::unique_ptr<session::session_store> store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(redis, session_store_contract, redis_variant);

/// Two processes, as far as the server can tell.
class redis_session_store : public testing::Test {
protected:
    record_ptr load(session::session_store& from, std::string_view name = "one") {
        const auto loaded = run_task(from.load(id_of(name)));
        EXPECT_TRUE(loaded) << loaded.error().message();
        return loaded ? *loaded : nullptr;
    }
    void create(std::string_view name = "one") {
        ASSERT_TRUE(run_task(one_->create(live_record(name))));
    }

    redis_server& server_ = shared_redis();
    const std::string url_ = server_.url(fresh_prefix());
    redis_stores stores_;
    std::unique_ptr<session::session_store> one_ = stores_.open(url_);
    std::unique_ptr<session::session_store> other_ = stores_.open(url_);
};

TEST_F(redis_session_store, what_one_process_changes_the_other_reads) {
    create();
    record next = *load(*other_);
    next.generation = 5;
    ASSERT_TRUE(run_task(other_->compare_and_swap(next)));
    EXPECT_EQ(load(*one_)->generation, 5U);
    EXPECT_EQ(run_task(one_->compare_and_swap(next)).error(), session::errc::conflict);
}

TEST_F(redis_session_store, a_change_is_heard_by_others_and_not_by_oneself) {
    create("one");
    create("two");
    std::promise<session::id_hash> by_other;
    std::promise<session::id_hash> by_one;
    other_->on_change([&](const session::id_hash& id) { by_other.set_value(id); });
    one_->on_change([&](const session::id_hash& id) { by_one.set_value(id); });
    const auto console = server_.console();
    const auto channel = url_.substr(url_.find('=') + 1) + "changes";
    while (console->ask({"PUBSUB", "NUMSUB", channel}).items.at(1).number < 2)
        std::this_thread::yield();

    ASSERT_TRUE(run_task(one_->compare_and_swap(*load(*one_, "one"))));
    EXPECT_EQ(by_other.get_future().get(), id_of("one"));
    ASSERT_TRUE(run_task(other_->compare_and_swap(*load(*other_, "two"))));
    // The first that it hears, though its own change was before.
    EXPECT_EQ(by_one.get_future().get(), id_of("two"));
    one_.reset();
    other_.reset();
}

TEST_F(redis_session_store, of_swaps_of_two_processes_one_wins_each_time) {
    create();
    constexpr int each = 50;
    std::vector<std::thread> running;
    for (auto* store : {one_.get(), other_.get(), one_.get(), other_.get()}) {
        running.emplace_back([store] {
            for (int done = 0; done < each;) {
                record next = **run_task(store->load(id_of("one")));
                ++next.generation;
                if (run_task(store->compare_and_swap(next))) ++done;
            }
        });
    }
    for (auto& thread : running)
        thread.join();
    EXPECT_EQ(load(*one_)->generation, 4U * each);
}

TEST_F(redis_session_store, calls_from_io_threads_complete_there) {
    create();
    struct on_thread {
        static runtime::task<bool> load(session::session_store& from) {
            const auto before = std::this_thread::get_id();
            const auto loaded = co_await from.load(id_of("one"));
            co_return loaded.has_value() && *loaded&& before == std::this_thread::get_id();
        }
    };
    std::vector<std::future<bool>> running;
    for (int at = 0; at < 64; ++at)
        running.push_back(start_task(stores_.threads().context(at % 2), on_thread::load(*one_)));
    for (auto& each : running)
        EXPECT_TRUE(each.get());
}

TEST_F(redis_session_store, more_records_than_a_page_are_all_found) {
    for (int at = 0; at < 250; ++at) {
        auto flying = live_record("session " + std::to_string(at));
        flying.subject = "person";
        flying.in_flight = flight_of("gone", 1, some_day);
        ASSERT_TRUE(run_task(one_->create(flying)));
    }
    EXPECT_EQ(run_task(one_->in_flight())->size(), 250U);
    EXPECT_EQ(run_task(one_->list_by_subject("person"))->size(), 250U);
    EXPECT_EQ(run_task(one_->due(some_day + 1h, 130))->size(), 130U);
    for (int at = 0; at < 250; ++at)
        one_->touch(id_of("session " + std::to_string(at)), some_day + 1h);
    ASSERT_TRUE(run_task(one_->flush()));
    EXPECT_EQ(load(*other_, "session 249")->last_used, some_day + 1h);
    EXPECT_EQ(run_task(one_->purge(some_day + 24h * 365)).value(), 250U);
    EXPECT_EQ(one_->live_count(), 0U);
}

TEST_F(redis_session_store, nothing_is_left_of_a_record_that_is_purged) {
    create();
    record next = *load(*one_);
    next = session::ended(next, session::end_reason::signed_out, some_day, true);
    ASSERT_TRUE(run_task(one_->compare_and_swap(next)));
    ASSERT_EQ(run_task(one_->purge(some_day + 24h * 365)).value(), 1U);
    const auto pattern = url_.substr(url_.find('=') + 1) + "*";
    EXPECT_TRUE(server_.ask({"KEYS", pattern}).items.empty());
}

TEST_F(redis_session_store, no_token_is_in_the_database_in_the_open) {
    auto session = live_record();
    session.tokens.access = access_token("open-sesame-access");
    session.tokens.refresh = refresh_token("open-sesame-refresh");
    ASSERT_TRUE(run_task(one_->create(session)));
    ASSERT_EQ(load(*one_)->tokens.access.reveal(), "open-sesame-access");
    std::string all;
    const auto console = server_.console();
    const auto pattern = url_.substr(url_.find('=') + 1) + "*";
    for (const auto& key : console->ask({"KEYS", pattern}).items) {
        all += key.text;
        const bool is_hash = console->ask({"TYPE", key.text}).text == "hash";
        const auto content = is_hash ? console->ask({"HGETALL", key.text})
                                     : console->ask({"ZRANGE", key.text, "0", "-1"});
        for (const auto& each : content.items)
            all += each.text;
    }
    ASSERT_NE(all.find("subject of one"), std::string::npos);
    for (const char* hidden : {"open-sesame", "someone@example.org", "a browser", "192.0.2.1"})
        EXPECT_EQ(all.find(hidden), std::string::npos) << hidden;
}

TEST_F(redis_session_store, the_clock_of_the_server_is_compared_with_ours) {
    create();
    load(*one_);
    EXPECT_LT(std::chrono::abs(one_->clock_ahead()), 1s) << "it is the same machine's";
}

TEST_F(redis_session_store, a_record_that_somebody_else_wrote_is_unreadable) {
    create();
    const auto key = url_.substr(url_.find('=') + 1) + "s:" +
                     hex_encode({reinterpret_cast<const char*>(id_of("one").bytes.data()), 32});
    ASSERT_FALSE(server_.ask({"HSET", key, "sealed", "nonsense"}).is_failure());
    EXPECT_EQ(run_task(one_->load(id_of("one"))).error(), session::errc::unreadable_record);
    ASSERT_FALSE(server_.ask({"HDEL", key, "state"}).is_failure());
    EXPECT_EQ(run_task(one_->load(id_of("one"))).error(), session::errc::unreadable_record);
}

}  // namespace
}  // namespace cloche::test
