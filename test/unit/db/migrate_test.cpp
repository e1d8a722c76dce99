#include "db/migrate.hpp"

#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace cloche::db {
namespace {

constexpr migration tables{
    1, "tables", "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);"};
constexpr migration more{2, "more", "ALTER TABLE a ADD COLUMN y TEXT;"};
constexpr migration broken{2, "broken", "INSERT INTO a VALUES (2); INSERT INTO none VALUES (1);"};

class migrate_test : public testing::Test {
protected:
    void SetUp() override {
        auto opened =
            sqlite_connection::open(folder_.file("m.db"), sqlite_connection::durability::normal);
        ASSERT_TRUE(opened);
        connection_ = std::move(*opened);
    }
    result<void> run(std::vector<migration> list) { return migrate(*connection_, list); }
    std::int64_t rows() {
        auto select = connection_->prepare("SELECT count(*) FROM a");
        EXPECT_TRUE(select && select->step());
        return select->integer(0);
    }

    test::temporary_folder folder_;
    std::unique_ptr<sqlite_connection> connection_;
};

TEST_F(migrate_test, each_is_applied_once_and_in_order) {
    ASSERT_TRUE(run({tables}));
    ASSERT_TRUE(run({tables, more}));
    ASSERT_TRUE(run({tables, more}));
    EXPECT_EQ(rows(), 1);
    EXPECT_TRUE(connection_->execute("SELECT y FROM a"));
}

TEST_F(migrate_test, a_file_newer_than_the_program_is_refused) {
    ASSERT_TRUE(run({tables, more}));
    EXPECT_EQ(run({tables}).error(), errc::corrupt);
}

TEST_F(migrate_test, the_file_of_another_program_is_refused) {
    ASSERT_TRUE(run({tables}));
    EXPECT_EQ(run({{1, "users", "CREATE TABLE users (id INTEGER) STRICT"}}).error(), errc::corrupt);
}

TEST_F(migrate_test, one_that_fails_leaves_nothing_of_itself) {
    EXPECT_FALSE(run({tables, broken}));
    EXPECT_EQ(rows(), 1);
    EXPECT_FALSE(connection_->in_transaction());
    EXPECT_TRUE(run({tables, more})) << "the mended program goes on from there";
}

TEST_F(migrate_test, it_runs_inside_a_transaction_too) {
    auto unit = transaction::begin(*connection_);
    ASSERT_TRUE(unit);
    ASSERT_TRUE(run({tables, more}));
    ASSERT_TRUE(unit->commit());
    EXPECT_EQ(rows(), 1);
}

}  // namespace
}  // namespace cloche::db
