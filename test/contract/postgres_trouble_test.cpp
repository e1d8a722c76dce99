// What a server can do to the session store: go away and come back, hang, end a connection, become
// read-only.
#include "contract/crowded_store.hpp"
#include "contract/postgres_replica.hpp"
#include "support/postgres_server.hpp"
#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <sstream>
#include <thread>
#include <vector>

namespace cloche::test {
namespace {

using session::errc;
using session::record;

class postgres_trouble : public testing::Test {
protected:
    /// A swap of record one in a thread of its own, held up by a lock.
    template <class Meanwhile>
    error swap_while(Meanwhile happens) {
        sql_session blocker(url_);
        const record next = **replica_.load("one");
        blocker.run("BEGIN; SELECT FROM cloche_session FOR UPDATE");
        error outcome;
        std::thread swapping([&] { outcome = replica_.swap(next).error(); });
        EXPECT_TRUE(eventually([&] { return waiting_backend() != "0"; }));
        happens();
        swapping.join();
        blocker.run("COMMIT");
        return outcome;
    }
    std::string waiting_backend() {
        return watcher_.run(
            "SELECT coalesce(max(pid), 0) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        );
    }
    /// The processes that serve the store.
    std::vector<pid_t> backends() {
        std::istringstream list(
            watcher_.run("SELECT string_agg(pid::text, ' ') FROM pg_stat_activity "
                         "WHERE datname = current_database() AND application_name = 'cloche'")
        );
        std::vector<pid_t> pids;
        for (pid_t pid = 0; list >> pid;)
            pids.push_back(pid);
        return pids;
    }
    bool works() { return replica_.load("one").has_value(); }

    postgres_server& server_ = postgres_server::instance();
    const std::string url_ = server_.new_database();
    sql_session watcher_{url_};
    postgres_replica replica_{url_};
};

TEST_F(postgres_trouble, a_server_that_is_away_signs_nobody_out) {
    ASSERT_FALSE(replica_.create(live_record()));
    server_.stop();
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(replica_.load("one").error(), errc::store_unavailable);
    EXPECT_EQ(replica_.create(live_record("two")), errc::store_unavailable);
    EXPECT_EQ(run_task(replica_->due(some_day, 10)).error(), errc::store_unavailable);
    server_.start();
    ASSERT_TRUE(eventually([this] { return works(); }));
    EXPECT_EQ((*replica_.load("one"))->tokens.refresh.reveal(), "refresh of one");
    EXPECT_EQ(replica_.load("two").value(), nullptr);
}

TEST_F(postgres_trouble, a_restart_between_two_calls_is_not_noticed) {
    ASSERT_FALSE(replica_.create(live_record()));
    server_.stop();
    server_.start();
    EXPECT_TRUE(works());
}

TEST_F(postgres_trouble, a_use_outlives_an_outage) {
    ASSERT_FALSE(replica_.create(live_record()));
    replica_->touch(id_of("one"), some_day + milliseconds(10));
    server_.stop();
    EXPECT_EQ(run_task(replica_->flush()).error(), errc::store_unavailable);
    server_.start();
    EXPECT_TRUE(eventually([this] { return run_task(replica_->flush()).has_value(); }));
    sql_session look(url_);
    EXPECT_EQ(look.run("SELECT last_used FROM cloche_session_use"), "1715000000010");
}

TEST_F(postgres_trouble, a_connection_that_is_ended_in_mid_call_fails_that_call_alone) {
    ASSERT_FALSE(replica_.create(live_record()));
    const error outcome = swap_while([this] {
        watcher_.run("SELECT pg_terminate_backend(" + waiting_backend() + ")");
    });
    EXPECT_EQ(outcome, errc::store_unavailable);
    EXPECT_TRUE(works());
    EXPECT_EQ((*replica_.load("one"))->version, 1U);
}

TEST_F(postgres_trouble, a_call_that_is_held_up_ends_by_its_time_limit) {
    ASSERT_FALSE(replica_.create(live_record()));
    EXPECT_EQ(swap_while([] {}), errc::store_unavailable);
    EXPECT_TRUE(works());
}

TEST_F(postgres_trouble, a_server_that_does_not_answer_is_left_for_a_new_connection) {
    ASSERT_FALSE(replica_.create(live_record()));
    const auto stopped = backends();
    ASSERT_FALSE(stopped.empty());
    for (const pid_t pid : stopped)
        ::kill(pid, SIGSTOP);
    EXPECT_EQ(replica_.load("one").error(), errc::store_unavailable);
    EXPECT_TRUE(eventually([this] { return works(); }));
    for (const pid_t pid : stopped)
        ::kill(pid, SIGCONT);
}

TEST_F(postgres_trouble, a_server_that_has_become_read_only_is_not_written_to_nor_read) {
    ASSERT_FALSE(replica_.create(live_record()));
    const auto read_only = [this](const char* on) {
        watcher_.run("SET default_transaction_read_only = off");
        watcher_.run(std::string("ALTER SYSTEM SET default_transaction_read_only = ") + on);
        watcher_.run("SELECT pg_reload_conf()");
    };
    read_only("on");
    record next = **replica_.load("one");
    EXPECT_TRUE(eventually([&] {
        const auto swapped = replica_.swap(next);
        if (swapped) next = **swapped;
        return swapped.has_error();
    }));
    // No connection to it is left, and none is made: a standby may be behind.
    EXPECT_EQ(replica_.load("one").error(), errc::store_unavailable);
    read_only("off");
    EXPECT_TRUE(eventually([this] { return works(); }));
    EXPECT_TRUE(replica_.swap(next));
}

TEST_F(postgres_trouble, a_full_disk_is_an_outage) {
    ASSERT_FALSE(replica_.create(live_record()));
    // Nothing else says 53100 without a disk of its own.
    watcher_.run(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE 'no space left' USING ERRCODE = '53100'; END $$; "
        "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON cloche_session "
        "EXECUTE FUNCTION full_disk()"
    );
    EXPECT_EQ(replica_.create(live_record("two")), errc::store_unavailable);
    EXPECT_EQ(replica_.swap(**replica_.load("one")).error(), errc::store_unavailable);
    EXPECT_TRUE(works());
    watcher_.run("DROP TRIGGER full_disk ON cloche_session");
    EXPECT_FALSE(replica_.create(live_record("two")));
}

TEST_F(postgres_trouble, without_a_free_connection_of_the_server_calls_fail_until_there_is_one) {
    ASSERT_FALSE(replica_.create(live_record()));
    // Only administrators get the last ones, of which the watcher is one.
    watcher_.run("CREATE ROLE guest LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest");
    const auto at = url_.find("administrator");
    std::string guest_url = url_;
    guest_url.replace(at, std::string("administrator").size(), "guest");
    postgres_replica guest(guest_url);
    watcher_.run("ALTER ROLE guest CONNECTION LIMIT 0");
    EXPECT_EQ(guest.load("one").error(), errc::store_unavailable);
    watcher_.run("ALTER ROLE guest CONNECTION LIMIT -1");
    EXPECT_TRUE(eventually([&] { return guest.load("one").has_value(); }));
}

TEST_F(postgres_trouble, what_is_on_its_way_when_the_process_ends_is_dropped) {
    ASSERT_FALSE(replica_.create(live_record()));
    sql_session blocker(url_);
    blocker.run("BEGIN; SELECT FROM cloche_session FOR UPDATE");
    {
        postgres_replica ending(url_);
        const record next = **ending.load("one");
        ending->on_change([](const session::id_hash&) {});
        // More than the connections of a thread: some wait for one.
        for (std::size_t i = 0; i < 12; ++i)
            start_task(ending.threads().context(i % 2), ending->compare_and_swap(next));
        EXPECT_TRUE(eventually([&] { return waiting_backend() != "0"; }));
        ending.threads().stop();
    }
    blocker.run("COMMIT");
    EXPECT_TRUE(eventually([this] { return backends().size() == 1; }));
    EXPECT_TRUE(works());
}

TEST_F(postgres_trouble, a_change_goes_ahead_of_all_reads_and_is_never_turned_away) {
    ASSERT_FALSE(replica_.create(live_record()));
    const record next = **replica_.load("one");
    auto all = start_task(
        replica_.threads().context(0), load_and_swap(*replica_.operator->(), next, 1'500)
    );
    expect_change_ahead(all.get(), 500);
}

TEST_F(postgres_trouble, more_calls_than_connections_wait_their_turn) {
    ASSERT_FALSE(replica_.create(live_record()));
    std::atomic<int> answered = 0;
    std::vector<std::thread> callers;
    for (int i = 0; i < 16; ++i)
        callers.emplace_back([&] {
            for (int call = 0; call < 50; ++call)
                if (works()) ++answered;
        });
    for (auto& caller : callers)
        caller.join();
    EXPECT_EQ(answered, 16 * 50);
    EXPECT_LE(backends().size(), 4U) << "callers from elsewhere share the first thread's";
}

}  // namespace
}  // namespace cloche::test
