#include "db/sqlite.hpp"
#include "support/run_task.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

namespace cloche::db {
namespace {

using test::run_task;

result<void> add(sqlite_connection& connection, std::int64_t number) {
    auto insert = connection.prepare("INSERT INTO number (n) VALUES (?)");
    if (!insert) return insert.error();
    return insert->bind(number).run();
}

auto adding(std::int64_t number) {
    return [number](sqlite_connection& connection) { return add(connection, number); };
}

result<std::int64_t> count(sqlite_connection& connection) {
    auto select = connection.prepare("SELECT count(*) FROM number");
    if (!select) return select.error();
    const auto row = select->step();
    if (!row) return row.error();
    return select->integer(0);
}

class sqlite_database_test : public testing::Test {
protected:
    void SetUp() override { open(); }
    void open() {
        auto opened =
            sqlite_database::open(folder_.file("n.db"), sqlite_connection::durability::normal);
        ASSERT_TRUE(opened);
        database_ = std::move(*opened);
        ASSERT_TRUE(database_->write_blocking([](sqlite_connection& connection) {
            return connection.execute("CREATE TABLE IF NOT EXISTS number (n INTEGER UNIQUE) STRICT"
            );
        }));
    }
    std::int64_t stored() { return run_task(database_->read(count)).value(); }

    test::temporary_folder folder_;
    std::unique_ptr<sqlite_database> database_;
};

TEST_F(sqlite_database_test, a_read_sees_the_write_that_completed_before_it) {
    ASSERT_TRUE(run_task(database_->write(adding(1))));
    EXPECT_EQ(stored(), 1);
}

TEST_F(sqlite_database_test, a_work_gives_its_value_back) {
    const auto given = run_task(database_->write([](sqlite_connection&) -> result<std::string> {
        return std::string("value");
    }));
    ASSERT_TRUE(given);
    EXPECT_EQ(*given, "value");
}

TEST_F(sqlite_database_test, a_failure_is_not_taken_for_a_truth) {
    const auto thrower = [](sqlite_connection&) -> result<bool> {
        throw std::runtime_error("bad luck");
    };
    EXPECT_EQ(run_task(database_->read(thrower)).error(), errc::unavailable);
}

TEST_F(sqlite_database_test, a_work_that_fails_is_rolled_back_alone) {
    boost::asio::io_context loop(1);
    std::vector<std::future<result<void>>> outcomes;
    const auto half = [](sqlite_connection& connection) -> result<void> {
        const auto first = add(connection, 100);
        if (!first) return first;
        return add(connection, 100);
    };
    outcomes.push_back(test::start_task(loop, database_->write(adding(1))));
    outcomes.push_back(test::start_task(loop, database_->write(half)));
    outcomes.push_back(test::start_task(loop, database_->write(adding(2))));
    loop.run();
    EXPECT_TRUE(outcomes[0].get());
    EXPECT_EQ(outcomes[1].get().error(), errc::constraint);
    EXPECT_TRUE(outcomes[2].get());
    EXPECT_EQ(stored(), 2);
}

TEST_F(sqlite_database_test, an_exception_is_an_error_and_the_thread_lives_on) {
    const auto thrower = [](sqlite_connection& connection) -> result<void> {
        (void)add(connection, 7);
        throw std::runtime_error("bad luck");
    };
    EXPECT_EQ(run_task(database_->write(thrower)).error(), errc::unavailable);
    EXPECT_EQ(database_->last_failure(), "bad luck");
    EXPECT_EQ(run_task(database_->read(thrower)).error(), errc::unavailable);
    EXPECT_TRUE(run_task(database_->write(adding(1))));
    EXPECT_EQ(stored(), 1);
}

TEST_F(sqlite_database_test, the_reader_cannot_write) {
    EXPECT_FALSE(run_task(database_->read(adding(1))));
    EXPECT_EQ(stored(), 0);
}

TEST_F(sqlite_database_test, writes_from_many_loops_are_all_kept) {
    constexpr int threads = 4;
    constexpr int each = 200;
    std::atomic<int> good = 0;
    std::atomic<int> at_home = 0;
    std::vector<std::thread> running;
    for (int thread = 0; thread < threads; ++thread) {
        running.emplace_back([&, thread] {
            boost::asio::io_context loop(1);
            for (int index = 0; index < each; ++index) {
                boost::asio::co_spawn(
                    loop,
                    database_->write(adding(thread * each + index)),
                    [&, home = std::this_thread::get_id()](std::exception_ptr, result<void> kept) {
                        good += kept ? 1 : 0;
                        at_home += std::this_thread::get_id() == home ? 1 : 0;
                    }
                );
            }
            loop.run();
        });
    }
    for (auto& thread : running)
        thread.join();
    EXPECT_EQ(good, threads * each);
    EXPECT_EQ(at_home, threads * each) << "each goes on where it came from";
    EXPECT_EQ(stored(), threads * each);
}

TEST_F(sqlite_database_test, what_is_queued_is_written_before_the_database_goes) {
    boost::asio::io_context loop(1);
    for (int number = 0; number < 1000; ++number)
        boost::asio::co_spawn(loop, database_->write(adding(number)), boost::asio::detached);
    loop.poll();  // queues them all
    database_.reset();
    loop.run();
    open();
    EXPECT_EQ(stored(), 1000);
}

TEST_F(sqlite_database_test, a_full_disk_fails_the_write_and_passes) {
    const auto limit = [](std::string pages) {
        return [pages](sqlite_connection& connection) {
            return connection.execute("PRAGMA max_page_count = " + pages);
        };
    };
    const auto fill = [](sqlite_connection& connection) -> result<void> {
        return connection.execute(
            "CREATE TABLE big (bytes BLOB); INSERT INTO big VALUES (zeroblob(1000000))"
        );
    };
    ASSERT_TRUE(database_->write_blocking(limit("8")));
    EXPECT_EQ(run_task(database_->write(fill)).error(), errc::unavailable);
    EXPECT_FALSE(database_->last_failure().empty());
    EXPECT_EQ(stored(), 0) << "reads go on";
    ASSERT_TRUE(database_->write_blocking(limit("100000")));
    EXPECT_TRUE(run_task(database_->write(fill)));
}

TEST_F(sqlite_database_test, a_file_that_went_away_is_unavailable_until_it_is_back) {
    const auto home = folder_.file("n.db");
    const auto elsewhere = folder_.file("elsewhere");
    std::filesystem::rename(home, elsewhere);
    EXPECT_EQ(run_task(database_->write(adding(1))).error(), errc::unavailable);
    EXPECT_EQ(run_task(database_->read(count)).error(), errc::unavailable);
    std::filesystem::rename(elsewhere, home);
    EXPECT_TRUE(run_task(database_->write(adding(1))));
    EXPECT_EQ(stored(), 1);
}

}  // namespace
}  // namespace cloche::db
