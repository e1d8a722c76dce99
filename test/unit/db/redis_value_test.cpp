#include "db/redis_value.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::test {
namespace {

using kind = db::redis_value::kind;

TEST(redis_value, commands_hold_any_bytes) {
    db::redis_commands commands;
    commands.add({"SET", "k", std::string_view("a\0\r\n", 4)});
    commands.add({"GET", std::string_view()});
    EXPECT_EQ(commands.count(), 2U);
    EXPECT_EQ(
        commands.bytes(),
        std::string("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\na\0\r\n\r\n", 30) +
            "*2\r\n$3\r\nGET\r\n$0\r\n\r\n"
    );
}

TEST(redis_value, replies_come_in_any_pieces) {
    const std::string bytes = "*4\r\n$1\r\na\r\n:-7\r\n$-1\r\n*1\r\n+fine\r\n-ERR no\r\n:1\r\n";
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        db::redis_parser parser;
        std::vector<db::redis_value> found;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            parser.feed(std::string_view(bytes).substr(at, piece));
            for (auto next = parser.next(); next && *next; next = parser.next())
                found.push_back(**next);
        }
        ASSERT_EQ(found.size(), 3U) << piece;
        ASSERT_EQ(found[0].items.size(), 4U);
        EXPECT_EQ(found[0].items[0].text, "a");
        EXPECT_EQ(found[0].items[1].number, -7);
        EXPECT_EQ(found[0].items[2].is, kind::nil);
        EXPECT_EQ(found[0].items[3].items.at(0).text, "fine");
        EXPECT_TRUE(found[1].failed_with("ERR"));
        EXPECT_EQ(found[2].number, 1);
    }
}

TEST(redis_value, what_is_not_of_redis_is_refused) {
    db::redis_parser parser;
    parser.feed("HTTP/1.1 400 Bad Request\r\n\r\n");
    EXPECT_FALSE(parser.next());
}

TEST(redis_value, a_failure_is_known_also_from_within_a_script) {
    db::redis_value failure;
    failure.is = kind::failure;
    failure.text = "READONLY You can't write against a read only replica.";
    EXPECT_TRUE(failure.failed_with("READONLY"));
    failure.text = "ERR Error running script (call to f_1): @user_script:9: -OOM command not";
    EXPECT_TRUE(failure.failed_with("OOM"));
    EXPECT_FALSE(failure.failed_with("READONLY"));
    failure.is = kind::text;
    EXPECT_FALSE(failure.failed_with("OOM"));
}

}  // namespace
}  // namespace cloche::test
