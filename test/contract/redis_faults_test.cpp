// What a Redis server does to the sessions in it when it is stopped, replaced, full or wrongly set
// up: store_unavailable, and never a hang or a lost change that was answered.
#include "contract/crowded_store.hpp"
#include "session/redis_session_store.hpp"
#include "session/session_store.hpp"
#include "support/redis_server.hpp"
#include "support/redis_stores.hpp"
#include "support/run_task.hpp"
#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace cloche::test {
namespace {

using namespace std::chrono_literals;
using session::record;
using session::record_ptr;

class redis_faults : public testing::Test {
protected:
    void begin(redis_server::words options = {}) {
        server_ = std::make_unique<redis_server>(std::move(options));
        store_ = stores_.open(server_->url());
        ASSERT_TRUE(create("one"));
    }
    result<void> create(std::string_view name) {
        return run_task(store_->create(live_record(name)));
    }
    result<record_ptr> load(std::string_view name = "one") {
        return run_task(store_->load(id_of(name)));
    }
    result<record_ptr> swap() {
        const auto loaded = load();
        if (!loaded) return loaded;
        record next = **loaded;
        ++next.generation;
        return run_task(store_->compare_and_swap(next));
    }
    /// Calls until it works: the store looks for the server again only now and then.
    template <class Call>
    static void until_it_works(Call call) {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (!call() && std::chrono::steady_clock::now() < end)
            std::this_thread::yield();
    }

    redis_stores stores_;
    std::unique_ptr<redis_server> server_;
    std::unique_ptr<session::session_store> store_;
};

TEST_F(redis_faults, while_the_server_is_away_the_store_is_unavailable) {
    begin({"--appendonly", "yes", "--appendfsync", "always"});
    ASSERT_TRUE(swap());
    server_->stop();
    EXPECT_EQ(load().error(), session::errc::store_unavailable);
    EXPECT_EQ(create("two").error(), session::errc::store_unavailable);
    EXPECT_EQ(run_task(store_->due(some_day, 10)).error(), session::errc::store_unavailable);
    EXPECT_EQ(run_task(store_->purge(some_day)).error(), session::errc::store_unavailable);
    store_->touch(id_of("one"), some_day + 1h);
    EXPECT_EQ(run_task(store_->flush()).error(), session::errc::store_unavailable);

    server_->start();
    until_it_works([&] { return load().has_value(); });
    ASSERT_TRUE(load());
    EXPECT_EQ((*load())->generation, 1U) << "it was on the disk when the swap was answered";
    ASSERT_TRUE(run_task(store_->flush()));
    EXPECT_EQ((*load())->last_used, some_day + 1h) << "what was written behind is not forgotten";
    EXPECT_TRUE(create("two"));
}

TEST_F(redis_faults, a_restart_between_two_calls_is_not_noticed) {
    begin({"--appendonly", "yes", "--appendfsync", "always"});
    server_->restart();
    EXPECT_TRUE(load());
    server_->restart();
    EXPECT_TRUE(create("two")) << "a dead connection is seen before anything is said on it";
}

TEST_F(redis_faults, a_server_that_does_not_answer_is_given_up) {
    begin();
    server_->pause();
    EXPECT_EQ(load().error(), session::errc::store_unavailable);
    server_->go_on();
    until_it_works([&] { return load().has_value(); });
    EXPECT_TRUE(swap()) << "what came late was taken for nothing else";
}

TEST_F(redis_faults, many_calls_at_once_to_one_that_does_not_answer_all_end) {
    begin();
    server_->pause();
    std::vector<std::future<result<record_ptr>>> running;
    for (int at = 0; at < 600; ++at)
        running.push_back(start_task(stores_.threads().context(at % 2), store_->load(id_of("one")))
        );
    for (auto& each : running)
        EXPECT_EQ(each.get().error(), session::errc::store_unavailable);
    server_->go_on();
    until_it_works([&] { return load().has_value(); });
    EXPECT_TRUE(load());
}

TEST_F(redis_faults, scripts_that_were_thrown_away_are_said_again) {
    begin();
    for (int round = 0; round < 2; ++round) {
        ASSERT_FALSE(server_->ask({"SCRIPT", "FLUSH"}).is_failure());
        EXPECT_TRUE(swap());
        store_->touch(id_of("one"), some_day + 1s * (round + 1));
        EXPECT_TRUE(run_task(store_->flush()));
        EXPECT_TRUE(run_task(store_->purge(some_day)));
    }
    EXPECT_EQ((*load())->generation, 2U);
}

TEST_F(redis_faults, connections_that_are_killed_are_made_again) {
    begin();
    for (int round = 0; round < 20; ++round) {
        ASSERT_FALSE(server_->ask({"CLIENT", "KILL", "TYPE", "normal"}).is_failure());
        EXPECT_TRUE(load());
    }
    EXPECT_TRUE(swap());
}

TEST_F(redis_faults, a_listener_hears_again_after_its_connection_was_killed) {
    begin();
    const auto other = stores_.open(server_->url());
    std::promise<session::id_hash> heard;
    other->on_change([&](const session::id_hash& id) { heard.set_value(id); });
    const auto console = server_->console();
    const auto listens = [&] {
        return console->ask({"PUBSUB", "NUMSUB", "cloche:changes"}).items.at(1).number > 0;
    };
    until_it_works(listens);
    ASSERT_EQ(console->ask({"CLIENT", "KILL", "TYPE", "pubsub"}).number, 1);
    until_it_works(listens);
    ASSERT_TRUE(swap());
    EXPECT_EQ(heard.get_future().get(), id_of("one"));
}

TEST_F(redis_faults, a_server_that_became_a_replica_takes_no_changes) {
    begin();
    const auto port = std::to_string(redis_server::free_port());
    ASSERT_FALSE(server_->ask({"REPLICAOF", "127.0.0.1", port}).is_failure());
    EXPECT_EQ(create("two").error(), session::errc::store_unavailable);
    ASSERT_FALSE(server_->ask({"REPLICAOF", "NO", "ONE"}).is_failure());
    until_it_works([&] { return create("two").has_value(); });
    EXPECT_TRUE(load("two"));

    std::string why;
    ASSERT_FALSE(server_->ask({"REPLICAOF", "127.0.0.1", port}).is_failure());
    EXPECT_EQ(stores_.open(server_->url(), why), nullptr);
    EXPECT_NE(why.find("name the primary"), std::string::npos) << why;
}

TEST_F(redis_faults, a_full_server_keeps_what_it_has_and_takes_no_more) {
    begin();
    ASSERT_FALSE(server_->ask({"CONFIG", "SET", "maxmemory", "1"}).is_failure());
    EXPECT_EQ(create("two").error(), session::errc::store_unavailable);
    EXPECT_EQ(swap().error(), session::errc::store_unavailable);
    EXPECT_EQ((*load())->version, 1U);
    EXPECT_EQ(run_task(store_->due(some_day + 24h * 365, 9))->size(), 1U);
    EXPECT_EQ(run_task(store_->purge(some_day + 24h * 365)).value(), 1U) << "room can be made";
    ASSERT_FALSE(server_->ask({"CONFIG", "SET", "maxmemory", "0"}).is_failure());
    EXPECT_TRUE(create("two"));
    EXPECT_EQ(store_->live_count(), 1U) << "nothing was half done";
}

TEST_F(redis_faults, a_change_goes_ahead_of_all_reads_and_is_never_turned_away) {
    begin();
    const record next = **load();
    auto all = start_task(stores_.threads().context(0), load_and_swap(*store_, next, 400));
    expect_change_ahead(all.get(), 200);
}

TEST_F(redis_faults, a_change_waits_for_a_replica_where_there_is_one) {
    server_ = redis_server::on_port();
    const auto waits = [&] {
        const auto said = server_->ask({"INFO", "commandstats"}).text;
        return said.find("cmdstat_wait:") != std::string::npos;
    };
    store_ = stores_.open(server_->url());
    ASSERT_TRUE(create("one"));
    EXPECT_FALSE(waits());

    redis_server replica({"--replicaof", "127.0.0.1 " + std::to_string(server_->port())});
    // It is called online before it has loaded what it was sent, and WAIT counts it for writes from
    // before it came, which have the offset 0: it follows when it has acknowledged another.
    const auto console = server_->console();
    const auto follows = [&] {
        console->ask({"SET", "probe", "1"});
        if (console->ask({"WAIT", "1", "1000"}).number != 1) return false;
        const auto said = console->ask({"INFO", "replication"}).text;
        return said.find("state=online") != std::string::npos &&
               said.find(",offset=0,") == std::string::npos;
    };
    until_it_works(follows);
    ASSERT_TRUE(follows());
    ASSERT_FALSE(console->ask({"CONFIG", "RESETSTAT"}).is_failure());
    ASSERT_FALSE(waits());
    store_ = stores_.open(server_->url());
    ASSERT_TRUE(create("two"));
    EXPECT_TRUE(waits());
    const auto key = replica.ask({"KEYS", "cloche:s:*"});
    EXPECT_EQ(key.items.size(), 2U) << "it had it when the call was answered";
    replica.stop();
    EXPECT_TRUE(swap()) << "the change is valid without it";
}

class redis_start : public testing::Test {
protected:
    std::string refusal(const std::string& url) {
        std::string why;
        EXPECT_EQ(stores_.open(url, why), nullptr);
        EXPECT_EQ(why.find('\n'), std::string::npos) << "one line";
        return why;
    }
    redis_stores stores_;
};

TEST_F(redis_start, a_server_that_throws_keys_away_is_refused) {
    const redis_server server({"--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"});
    const auto why = refusal(server.url());
    EXPECT_NE(why.find("set maxmemory-policy noeviction"), std::string::npos) << why;
    ASSERT_FALSE(server.ask({"CONFIG", "SET", "maxmemory-policy", "noeviction"}).is_failure());
    EXPECT_TRUE(stores_.open(server.url()));
}

TEST_F(redis_start, a_wrong_password_is_told_without_it) {
    const redis_server server({"--requirepass", "the right one"});
    const auto with = [&](const std::string& info) {
        return "redis+unix://" + info + server.socket();
    };
    EXPECT_TRUE(stores_.open(with(":the%20right%20one@")));
    EXPECT_TRUE(stores_.open(with("default:the%20right%20one@")));
    for (const char* info : {":hunter2@", "default:hunter2@", "nobody:hunter2@"}) {
        const auto why = refusal(with(info));
        EXPECT_EQ(why.find("hunter2"), std::string::npos) << why;
        EXPECT_NE(why.find("WRONGPASS"), std::string::npos) << why;
    }
    EXPECT_NE(refusal(server.url()).find("NOAUTH"), std::string::npos);
}

TEST_F(redis_start, a_server_that_is_not_there_is_told_with_its_address) {
    const auto port = std::to_string(redis_server::free_port());
    const auto why = refusal("redis://u:hunter2@127.0.0.1:" + port);
    EXPECT_NE(why.find("127.0.0.1:" + port), std::string::npos) << why;
    EXPECT_EQ(why.find("hunter2"), std::string::npos) << why;
    EXPECT_NE(refusal("rediss://host").find("stunnel"), std::string::npos);
}

TEST_F(redis_start, a_database_of_its_own_is_used) {
    const auto server = redis_server::on_port();
    const auto url = "redis://localhost:" + std::to_string(server->port()) + "/7";
    const auto store = stores_.open(url);
    ASSERT_TRUE(run_task(store->create(live_record())));
    EXPECT_EQ(server->ask({"DBSIZE"}).number, 0);
    EXPECT_TRUE(run_task(store->load(id_of("one"))).value());
}

}  // namespace
}  // namespace cloche::test
