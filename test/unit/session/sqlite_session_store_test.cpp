// What only the SQLite store has to do; what every store has to do is in test/contract.
#include "session/sqlite_session_store.hpp"

#include "crypto/random.hpp"
#include "db/sqlite.hpp"
#include "support/run_task.hpp"
#include "support/session_records.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::id_of;
using test::live_record;
using test::run_task;
using test::some_day;

class sqlite_session_store_test : public testing::Test {
protected:
    void SetUp() override { open(); }
    void open(char key = 'a') {
        store_.reset();
        auto opened = make_sqlite_session_store(
            path(),
            crypto::key_ring({crypto::key_ring::key("key00001", std::string(32, key))}),
            random_,
            refresh_options()
        );
        ASSERT_TRUE(opened) << opened.error().message();
        store_ = std::move(*opened);
    }
    std::string path() const { return folder_.file("sessions.db"); }
    void create(const record& session) { ASSERT_TRUE(run_task(store_->create(session))); }
    bool files_contain(const std::string& text) const {
        for (const char* ending : {"", "-wal"}) {
            std::ifstream file(path() + ending, std::ios::binary);
            const std::string bytes(std::istreambuf_iterator<char>(file), {});
            if (bytes.find(text) != std::string::npos) return true;
        }
        return false;
    }
    void sql(const std::string& text) {
        const auto opened =
            db::sqlite_connection::open(path(), db::sqlite_connection::durability::normal);
        ASSERT_TRUE(opened && (*opened)->execute(text));
    }

    test::temporary_folder folder_;
    crypto::system_random random_;
    std::unique_ptr<session_store> store_;
};

runtime::task<void> note_end_of_flush(session_store& store, std::vector<std::string>& ends) {
    co_await store.flush();
    ends.emplace_back("flush");
}
runtime::task<void> note_end_of_swap(
    session_store& store, record next, std::vector<std::string>& ends
) {
    co_await store.compare_and_swap(std::move(next));
    ends.emplace_back("swap");
}

// The uses of a busy while, written in one go, once held the only writer for seconds: refreshes
// were given back because their flights came on record too late.
TEST_F(sqlite_session_store_test, a_change_does_not_wait_for_all_uses_to_be_written) {
    create(live_record("refreshed"));
    for (int number = 0; number < 5'000; ++number)
        store_->touch(id_of(std::to_string(number)), some_day + 1s);
    std::vector<std::string> ends;
    boost::asio::io_context loop(1);
    boost::asio::co_spawn(loop, note_end_of_flush(*store_, ends), boost::asio::detached);
    boost::asio::co_spawn(
        loop, note_end_of_swap(*store_, live_record("refreshed"), ends), boost::asio::detached
    );
    loop.run();
    EXPECT_EQ(ends, (std::vector<std::string>{"swap", "flush"}));
}

TEST_F(sqlite_session_store_test, no_token_and_nobodys_data_can_be_read_in_the_file) {
    auto session = live_record();
    session.id = hash_of("the id in the cookie");
    create(session);
    EXPECT_TRUE(files_contain("subject of one")) << "the files are where they are looked for";
    for (const char* text :
         {"access of one",
          "refresh of one",
          "someone@example.org",
          "192.0.2.1",
          "a browser",
          "the id in the cookie"})
        EXPECT_FALSE(files_contain(text)) << text;
}

TEST_F(sqlite_session_store_test, tokens_moved_to_another_row_do_not_open) {  // CK-13
    create(live_record("one"));
    create(live_record("two"));
    sql("UPDATE session SET sealed = (SELECT sealed FROM session WHERE subject = 'subject of two') "
        "WHERE subject = 'subject of one'");
    EXPECT_EQ(run_task(store_->load(id_of("one"))).error(), errc::unreadable_record);
    EXPECT_TRUE(run_task(store_->load(id_of("two"))));
}

TEST_F(sqlite_session_store_test, what_cannot_be_read_is_passed_over_by_lists) {
    auto session = live_record();
    session.in_flight = test::flight_of("gone", 1, some_day);
    create(session);
    open('b');
    auto readable = live_record("two");
    readable.subject = session.subject;
    create(readable);
    EXPECT_EQ(run_task(store_->list_by_subject(session.subject)).value().size(), 1U);
    EXPECT_TRUE(run_task(store_->in_flight()).value().empty());
    EXPECT_TRUE(run_task(store_->due(some_day + 1h, 10)).value().empty());
}

TEST_F(sqlite_session_store_test, a_missing_key_is_said_and_nothing_is_left_out_for_it) {
    auto session = live_record();
    session.in_flight = test::flight_of("gone", 1, some_day);
    create(session);
    store_.reset();
    auto opened = make_sqlite_session_store(
        path(),
        crypto::key_ring({crypto::key_ring::key("key00002", std::string(32, 'b'))}),
        random_,
        refresh_options()
    );
    ASSERT_TRUE(opened);
    store_ = std::move(*opened);
    EXPECT_EQ(run_task(store_->load(id_of("one"))).error(), errc::key_missing);
    EXPECT_EQ(run_task(store_->list_by_subject(session.subject)).error(), errc::key_missing);
    EXPECT_TRUE(run_task(store_->due(some_day + 1h, 10)).value().empty());
    open();
    EXPECT_TRUE(run_task(store_->load(id_of("one"))).value());
}

TEST_F(sqlite_session_store_test, a_file_that_is_away_is_unavailable_until_it_is_back) {
    create(live_record());
    store_->touch(id_of("one"), some_day + 1s);
    std::filesystem::rename(path(), path() + ".away");
    EXPECT_EQ(run_task(store_->load(id_of("one"))).error(), errc::store_unavailable);
    EXPECT_EQ(run_task(store_->create(live_record("two"))).error(), errc::store_unavailable);
    EXPECT_EQ(run_task(store_->compare_and_swap(live_record())).error(), errc::store_unavailable);
    EXPECT_EQ(run_task(store_->due(some_day, 1)).error(), errc::store_unavailable);
    EXPECT_EQ(run_task(store_->purge(some_day)).error(), errc::store_unavailable);
    EXPECT_EQ(run_task(store_->flush()).error(), errc::store_unavailable);
    std::filesystem::rename(path() + ".away", path());
    EXPECT_EQ(run_task(store_->load(id_of("one"))).value()->last_used, some_day + 1s);
    ASSERT_TRUE(run_task(store_->flush())) << "the use that could not be written is written now";
    open();
    EXPECT_EQ(run_task(store_->load(id_of("one"))).value()->last_used, some_day + 1s);
}

TEST_F(sqlite_session_store_test, a_file_of_a_newer_program_is_refused) {
    store_.reset();
    sql("INSERT INTO migration (number, name) VALUES (99, 'from the future')");
    const auto opened = make_sqlite_session_store(
        path(),
        crypto::key_ring({crypto::key_ring::key("key00001", std::string(32, 'a'))}),
        random_,
        refresh_options()
    );
    EXPECT_EQ(opened.error(), db::errc::corrupt);
}

}  // namespace
}  // namespace cloche::session
