// Several replicas on one PostgreSQL database, and what they find when they start.
#include "contract/postgres_replica.hpp"
#include "db/postgres_migrate.hpp"
#include "support/postgres_server.hpp"
#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace cloche::test {
namespace {

using session::id_hash;
using session::record;

/// What a replica has heard.
class heard_changes {
public:
    session::change_listener listener() {
        return [this](const id_hash& id) {
            const std::lock_guard lock(mutex_);
            heard_.push_back(id);
        };
    }
    std::vector<id_hash> all() const {
        const std::lock_guard lock(mutex_);
        return heard_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<id_hash> heard_;
};

/// A replica, and what it hears.
struct listening_replica {
    explicit listening_replica(const std::string& url) : replica(url) {
        replica->on_change(heard.listener());
    }
    heard_changes heard;
    postgres_replica replica;
};

class postgres_replicas : public testing::Test {
protected:
    bool both_listen() {
        sql_session look(url_);
        const auto sql =
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN%'";
        return eventually([&] { return look.run(sql) == "2"; });
    }
    std::string why_not(const std::string& url) {
        crypto::system_random random;
        crypto::key_ring keys({crypto::key_ring::key("key00001", std::string(32, 'k'))});
        runtime::io_threads threads(1);
        std::string why;
        const auto store = session::make_postgres_session_store(
            threads, url, keys, random, session::refresh_options(), why
        );
        EXPECT_FALSE(store);
        return why;
    }

    postgres_server& server_ = postgres_server::instance();
    const std::string url_ = server_.new_database();
};

TEST_F(postgres_replicas, a_change_is_heard_by_the_others_and_not_by_oneself) {
    listening_replica first(url_);
    listening_replica second(url_);
    ASSERT_TRUE(both_listen());
    ASSERT_FALSE(first.replica.create(live_record("one")));
    ASSERT_FALSE(first.replica.create(live_record("two")));
    ASSERT_TRUE(first.replica.swap(live_record("one")));
    EXPECT_TRUE(eventually([&] { return !second.heard.all().empty(); }));
    ASSERT_TRUE(second.replica.swap(live_record("two")));
    EXPECT_TRUE(eventually([&] { return !first.heard.all().empty(); }));
    EXPECT_EQ(first.heard.all(), std::vector{id_of("two")});
    EXPECT_EQ(second.heard.all(), std::vector{id_of("one")});
}

TEST_F(postgres_replicas, changes_are_heard_again_after_the_server_was_away) {
    listening_replica first(url_);
    listening_replica second(url_);
    ASSERT_TRUE(both_listen());
    server_.stop();
    server_.start();
    ASSERT_TRUE(both_listen());
    ASSERT_TRUE(eventually([&] { return !first.replica.create(live_record()); }));
    ASSERT_TRUE(first.replica.swap(live_record()));
    EXPECT_TRUE(eventually([&] { return !second.heard.all().empty(); }));
    EXPECT_TRUE(first.heard.all().empty());
}

TEST_F(postgres_replicas, what_strangers_say_on_the_channel_is_no_change) {
    listening_replica first(url_);
    listening_replica second(url_);
    ASSERT_TRUE(both_listen());
    sql_session stranger(url_);
    for (const char* note : {"", ":", "hello", "a:b", "a:zz", "0123456789abcdef:0123"})
        stranger.run(std::string("SELECT pg_notify('cloche_session', '") + note + "')");
    ASSERT_FALSE(first.replica.create(live_record()));
    ASSERT_TRUE(first.replica.swap(live_record()));
    EXPECT_TRUE(eventually([&] { return !second.heard.all().empty(); }));
    EXPECT_EQ(second.heard.all(), std::vector{id_of("one")});
}

TEST_F(postgres_replicas, of_swaps_at_once_one_wins_each_time) {
    postgres_replica first(url_);
    postgres_replica second(url_);
    ASSERT_FALSE(first.create(live_record()));
    constexpr int each = 50;
    std::vector<std::thread> running;
    for (auto* replica : {&first, &second, &first, &second}) {
        running.emplace_back([replica] {
            for (int done = 0; done < each;) {
                record next = **replica->load("one");
                ++next.generation;
                if (replica->swap(next)) ++done;
            }
        });
    }
    for (auto& thread : running)
        thread.join();
    EXPECT_EQ((*second.load("one"))->generation, 4U * each);
    EXPECT_EQ((*first.load("one"))->version, 4U * each + 1);
}

TEST_F(postgres_replicas, uses_are_written_by_both_at_once) {
    postgres_replica first(url_);
    postgres_replica second(url_);
    constexpr int sessions = 200;
    const auto name_of = [](int number) { return "session " + std::to_string(number); };
    for (int i = 0; i < sessions; ++i)
        ASSERT_FALSE(first.create(live_record(name_of(i))));
    std::atomic<int> failures = 0;
    std::vector<std::thread> running;
    for (auto* replica : {&first, &second}) {
        running.emplace_back([&, replica] {
            for (int round = 1; round <= 20; ++round) {
                for (int i = 0; i < sessions; ++i)
                    (*replica)->touch(id_of(name_of(i)), some_day + milliseconds(round));
                if (!run_task((*replica)->flush())) ++failures;
            }
        });
    }
    for (auto& thread : running)
        thread.join();
    EXPECT_EQ(failures, 0);
    EXPECT_EQ((*first.load(name_of(7)))->last_used, some_day + milliseconds(20));
}

TEST_F(postgres_replicas, a_use_that_is_written_late_does_not_touch_an_ended_session) {
    postgres_replica first(url_);
    postgres_replica second(url_);
    ASSERT_FALSE(first.create(live_record()));
    second->touch(id_of("one"), some_day + milliseconds(10));
    const auto ended =
        session::ended(**first.load("one"), session::end_reason::signed_out, some_day, false);
    ASSERT_TRUE(first.swap(ended));
    ASSERT_TRUE(run_task(second->flush()));
    EXPECT_EQ(run_task(first->purge(some_day + std::chrono::minutes(10))).value(), 1U);
}

TEST_F(postgres_replicas, the_clock_of_the_server_is_compared_with_ours) {
    postgres_replica replica(url_);
    ASSERT_FALSE(replica.create(live_record()));
    ASSERT_TRUE(replica.load("one"));
    EXPECT_LT(replica->clock_ahead(), std::chrono::seconds(1));
    EXPECT_GT(replica->clock_ahead(), std::chrono::seconds(-1));
}

TEST_F(postgres_replicas, no_token_is_in_the_database) {
    postgres_replica replica(url_);
    ASSERT_FALSE(replica.create(live_record()));
    sql_session look(url_);
    const std::string row = look.run("SELECT t::text FROM cloche_session t");
    const std::string sealed = look.run("SELECT encode(sealed, 'escape') FROM cloche_session");
    for (const char* secret : {"access of one", "refresh of one", "someone@example.org"}) {
        EXPECT_EQ(row.find(secret), std::string::npos);
        EXPECT_EQ(sealed.find(secret), std::string::npos);
    }
}

TEST_F(postgres_replicas, replicas_that_start_at_once_make_the_tables_once) {
    std::atomic<int> started = 0;
    std::vector<std::thread> starting;
    for (int i = 0; i < 4; ++i)
        starting.emplace_back([&] {
            const postgres_replica replica(url_);
            ++started;
        });
    for (auto& thread : starting)
        thread.join();
    EXPECT_EQ(started, 4);
    EXPECT_EQ(sql_session(url_).run("SELECT count(*) FROM cloche_session_migration"), "1");
}

TEST_F(postgres_replicas, a_newer_database_is_refused_in_words) {
    { const postgres_replica made(url_); }
    sql_session(url_).run("INSERT INTO cloche_session_migration VALUES (2, 'the future')");
    const auto why = why_not(url_);
    EXPECT_NE(why.find("newer version of this program"), std::string::npos) << why;
    EXPECT_NE(why.find("the future"), std::string::npos) << why;
}

TEST_F(postgres_replicas, a_database_of_another_program_is_refused_in_words) {
    { const postgres_replica made(url_); }
    sql_session(url_).run("UPDATE cloche_session_migration SET name = 'something else'");
    const auto why = why_not(url_);
    EXPECT_NE(why.find("another program"), std::string::npos) << why;
}

TEST_F(postgres_replicas, a_migration_that_fails_leaves_nothing_behind) {
    const db::migration steps[] = {
        {1, "whole", "CREATE TABLE whole (n integer)"},
        {2, "half", "CREATE TABLE half (n integer); CREATE TABLE whole (n integer)"}};
    std::string why;
    const auto address = db::postgres_address::parse(url_, why);
    ASSERT_TRUE(address);
    const auto migrate = [](const db::postgres_address& where,
                            std::span<const db::migration> migrations,
                            std::string& words) -> runtime::task<bool> {
        const auto loop = co_await boost::asio::this_coro::executor;
        db::postgres_connection connection(loop.context());
        const auto opened = co_await connection.open(where);
        if (!opened) co_return false;
        const std::string table = "steps";
        const auto migrated = co_await db::migrate(connection, table, migrations, words);
        co_return migrated.has_value();
    };
    EXPECT_FALSE(run_task(migrate(*address, steps, why)));
    EXPECT_NE(why.find("already exists"), std::string::npos) << why;
    sql_session look(url_);
    EXPECT_EQ(look.run("SELECT to_regclass('half') IS NULL"), "t");
    EXPECT_EQ(look.run("SELECT string_agg(name, ' ') FROM steps"), "whole");
}

TEST_F(postgres_replicas, a_user_without_the_right_to_make_tables_can_use_them) {
    { const postgres_replica made(url_); }
    sql_session administrator(url_);
    administrator.run(
        "CREATE ROLE plain LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC; "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO plain"
    );
    std::string url = url_;
    url.replace(url.find("administrator"), std::string("administrator").size(), "plain");
    postgres_replica replica(url);
    EXPECT_FALSE(replica.create(live_record()));
    EXPECT_TRUE(replica.swap(live_record()));
}

TEST_F(postgres_replicas, a_wrong_password_gives_words_without_it) {
    const auto why = why_not(server_.url_with_password("hush-hush"));
    EXPECT_NE(why.find("password authentication failed"), std::string::npos) << why;
    EXPECT_EQ(why.find("hush"), std::string::npos) << why;
    EXPECT_EQ(why.find('\n'), std::string::npos) << why;
    EXPECT_NE(why.find("shared at 127.0.0.1:"), std::string::npos) << why;
}

TEST_F(postgres_replicas, an_url_that_cannot_be_read_gives_words_without_the_password) {
    const auto why = why_not("postgresql://user:hu%sh@host/database");
    EXPECT_NE(why.find("postgresql://user:password@host"), std::string::npos) << why;
    EXPECT_EQ(why.find("hu%sh"), std::string::npos) << why;
}

TEST_F(postgres_replicas, a_host_without_a_server_is_named) {
    const auto why = why_not("postgresql://someone:hush@127.0.0.1:1/sessions");
    EXPECT_NE(why.find("sessions at 127.0.0.1:1"), std::string::npos) << why;
    EXPECT_NE(why.find("check that the server runs"), std::string::npos) << why;
    EXPECT_EQ(why.find("hush"), std::string::npos) << why;
}

TEST_F(postgres_replicas, a_second_host_is_tried_where_the_first_has_no_server) {
    const auto port = url_.substr(url_.find("localhost:") + 10);
    const auto url = "postgresql://administrator@127.0.0.1:1,localhost:" + port;
    postgres_replica replica(url);
    EXPECT_FALSE(replica.create(live_record()));
}

TEST_F(postgres_replicas, records_of_any_size_come_by_tls) {
    std::string url = url_;
    url.replace(url.find("disable"), std::string("disable").size(), "require");
    postgres_replica replica(url);
    ASSERT_TRUE(replica.load("one"));
    sql_session look(url_);
    const auto backends =
        "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'cloche'";
    const std::string before = look.run(backends);
    for (std::size_t size = 1; size <= 1'000'000; size *= 10) {
        const auto name = "of " + std::to_string(size);
        auto large = live_record(name);
        large.tokens.access = access_token(std::string(size, 'a'));
        large.subject = "someone";
        ASSERT_FALSE(replica.create(large));
        const auto loaded = replica.load(name);
        ASSERT_TRUE(loaded);
        EXPECT_EQ((*loaded)->tokens.access.size(), size);
    }
    EXPECT_EQ(run_task(replica->list_by_subject("someone"))->size(), 7U);
    EXPECT_EQ(look.run(backends), before) << "the same connection all the time";
}

}  // namespace
}  // namespace cloche::test
