#include "db/sqlite.hpp"

#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace cloche::db {
namespace {

class sqlite : public testing::Test {
protected:
    void SetUp() override {
        auto opened = open();
        ASSERT_TRUE(opened) << opened.error().message();
        connection_ = std::move(*opened);
        ASSERT_TRUE(connection_->execute(
            "CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT UNIQUE, bytes BLOB) STRICT"
        ));
    }
    result<std::unique_ptr<sqlite_connection>> open() const {
        return sqlite_connection::open(
            folder_.file("words.db"), sqlite_connection::durability::normal
        );
    }
    result<void> add(std::string_view text) {
        auto insert = connection_->prepare("INSERT INTO word (text) VALUES (?)");
        if (!insert) return insert.error();
        return insert->bind(text).run();
    }
    std::int64_t count() {
        auto select = connection_->prepare("SELECT count(*) FROM word");
        EXPECT_TRUE(select && select->step());
        return select->integer(0);
    }

    test::temporary_folder folder_;
    std::unique_ptr<sqlite_connection> connection_;
};

TEST_F(sqlite, values_come_back_as_they_were_bound) {
    const std::string bytes("a\0b\xff", 4);
    {
        auto insert = connection_->prepare("INSERT INTO word (id, text, bytes) VALUES (?, ?, ?)");
        ASSERT_TRUE(insert);
        insert->bind(std::int64_t{-5}).bind("gr\xc3\xbc\xc3\x9f").bind_blob(bytes);
        ASSERT_TRUE(insert->run());
        EXPECT_EQ(connection_->changes(), 1);
    }
    auto select = connection_->prepare("SELECT id, text, bytes FROM word");
    ASSERT_TRUE(select);
    const auto row = select->step();
    ASSERT_TRUE(row && *row);
    EXPECT_EQ(select->integer(0), -5);
    EXPECT_EQ(select->text(1), "gr\xc3\xbc\xc3\x9f");
    EXPECT_EQ(select->text(2), bytes);
    const auto end = select->step();
    ASSERT_TRUE(end);
    EXPECT_FALSE(*end);
}

TEST_F(sqlite, nothing_and_the_empty_text_are_two_values) {
    {
        auto insert = connection_->prepare("INSERT INTO word (text, bytes) VALUES (?, ?)");
        ASSERT_TRUE(insert);
        insert->bind(std::string_view()).bind_optional(std::optional<std::string_view>());
        ASSERT_TRUE(insert->run());
    }
    auto select = connection_->prepare("SELECT text, bytes FROM word");
    ASSERT_TRUE(select && select->step());
    EXPECT_FALSE(select->is_null(0));
    EXPECT_TRUE(select->is_null(1));
}

TEST_F(sqlite, a_cached_statement_starts_without_old_bindings) {
    ASSERT_TRUE(add("one"));
    {
        auto insert = connection_->prepare("INSERT INTO word (text) VALUES (?)");
        ASSERT_TRUE(insert && insert->run());  // no bind: NULL, not "one" again
    }
    EXPECT_EQ(count(), 2);
}

TEST_F(sqlite, a_statement_serves_a_loop) {
    auto insert = connection_->prepare("INSERT INTO word (text) VALUES (?)");
    ASSERT_TRUE(insert);
    for (const char* text : {"one", "two", "three"})
        ASSERT_TRUE(insert->again().bind(text).run());
    EXPECT_EQ(count(), 3);
}

TEST_F(sqlite, the_same_text_can_be_used_inside_itself) {
    ASSERT_TRUE(add("one"));
    ASSERT_TRUE(add("two"));
    constexpr std::string_view sql = "SELECT text FROM word ORDER BY text";
    auto outer = connection_->prepare(sql);
    ASSERT_TRUE(outer && outer->step());
    {
        auto inner = connection_->prepare(sql);
        ASSERT_TRUE(inner && inner->step());
        EXPECT_EQ(inner->text(0), "one");
    }
    ASSERT_TRUE(outer->step());
    EXPECT_EQ(outer->text(0), "two");
}

TEST_F(sqlite, a_second_of_a_unique_value_is_a_constraint_failure) {
    ASSERT_TRUE(add("one"));
    EXPECT_EQ(add("one").error(), errc::constraint);
    EXPECT_TRUE(add("two")) << "the statement is usable after it failed";
}

TEST_F(sqlite, a_bind_beyond_the_parameters_is_told_by_step) {
    auto select = connection_->prepare("SELECT count(*) FROM word");
    ASSERT_TRUE(select);
    EXPECT_FALSE(select->bind("stray").step());
}

TEST_F(sqlite, a_transaction_that_is_not_committed_leaves_nothing) {
    {
        auto unit = transaction::begin(*connection_);
        ASSERT_TRUE(unit);
        ASSERT_TRUE(add("one"));
    }
    EXPECT_FALSE(connection_->in_transaction());
    EXPECT_EQ(count(), 0);
}

TEST_F(sqlite, an_inner_transaction_fails_alone) {
    {
        auto outer = transaction::begin(*connection_);
        ASSERT_TRUE(outer);
        ASSERT_TRUE(add("one"));
        {
            auto inner = transaction::begin(*connection_);
            ASSERT_TRUE(inner);
            ASSERT_TRUE(add("two"));
        }
        ASSERT_TRUE(outer->commit());
    }
    EXPECT_EQ(count(), 1);
}

TEST_F(sqlite, a_full_disk_is_unavailable_and_passes) {
    ASSERT_TRUE(connection_->execute("PRAGMA max_page_count = 6"));
    const std::string long_text(64 * 1024, 'x');
    EXPECT_EQ(add(long_text).error(), errc::unavailable);
    ASSERT_TRUE(connection_->execute("PRAGMA max_page_count = 10000"));
    EXPECT_TRUE(add(long_text));
}

TEST_F(sqlite, the_file_is_readable_by_its_owner_alone) {
    ASSERT_TRUE(add("one"));
    for (const char* name : {"words.db", "words.db-wal"}) {
        struct stat status {};
        ASSERT_EQ(::stat(folder_.file(name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
    }
}

TEST_F(sqlite, a_file_that_went_away_is_noticed) {
    EXPECT_TRUE(connection_->in_place());
    std::filesystem::rename(folder_.file("words.db"), folder_.file("elsewhere.db"));
    EXPECT_FALSE(connection_->in_place());
    std::filesystem::rename(folder_.file("elsewhere.db"), folder_.file("words.db"));
    EXPECT_TRUE(connection_->in_place());
}

TEST(sqlite_open, a_file_of_another_kind_is_corrupt) {
    const test::temporary_folder folder;
    std::ofstream(folder.file("text.db")) << std::string(4096, 'x');
    const auto opened =
        sqlite_connection::open(folder.file("text.db"), sqlite_connection::durability::full);
    EXPECT_EQ(opened.error(), errc::corrupt);
}

TEST(sqlite_open, a_folder_that_is_not_there_is_unavailable) {
    const test::temporary_folder folder;
    const auto opened =
        sqlite_connection::open(folder.file("none/a.db"), sqlite_connection::durability::full);
    EXPECT_EQ(opened.error(), errc::unavailable);
}

}  // namespace
}  // namespace cloche::db
