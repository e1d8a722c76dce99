#include "db/redis_target.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::test {
namespace {

struct good_url {
    const char* url;
    const char* address;
    const char* user;
    const char* word;
    unsigned database;
    const char* prefix;
};

TEST(redis_target, urls_name_server_user_database_and_prefix) {
    const good_url table[] = {
        {"redis://localhost", "localhost:6379", "", "", 0, "cloche:"},
        {"redis://localhost/", "localhost:6379", "", "", 0, "cloche:"},
        {"redis://localhost:7000/3", "localhost:7000", "", "", 3, "cloche:"},
        {"redis://[::1]", "[::1]:6379", "", "", 0, "cloche:"},
        {"redis://[2001:db8::7]:7000/1", "[2001:db8::7]:7000", "", "", 1, "cloche:"},
        {"redis://:word@host", "host:6379", "", "word", 0, "cloche:"},
        {"redis://me:word@host:1", "host:1", "me", "word", 0, "cloche:"},
        {"redis://m%40e:w%2Fo%3Ar%25d@host", "host:6379", "m@e", "w/o:r%d", 0, "cloche:"},
        {"redis://me:a:b@c@host", "host:6379", "me", "a:b@c", 0, "cloche:"},
        {"redis://host?prefix=shop:", "host:6379", "", "", 0, "shop:"},
        {"redis://host/2?prefix=a%2Fb", "host:6379", "", "", 2, "a/b"},
        {"redis://host?db=4", "host:6379", "", "", 4, "cloche:"},
        {"redis+unix:///run/redis.sock", "/run/redis.sock", "", "", 0, "cloche:"},
        {"redis+unix:///a%20b?db=5&prefix=x", "/a b", "", "", 5, "x"},
        {"redis+unix://me:word@/run/r@1.sock", "/run/r@1.sock", "me", "word", 0, "cloche:"},
    };
    for (const auto& row : table) {
        std::string why;
        const auto read = db::parse_redis_url(row.url, why);
        ASSERT_TRUE(read) << row.url << ": " << why;
        EXPECT_EQ(read->address(), row.address) << row.url;
        EXPECT_EQ(read->user, row.user) << row.url;
        EXPECT_EQ(read->word.reveal(), row.word) << row.url;
        EXPECT_EQ(read->database, row.database) << row.url;
        EXPECT_EQ(read->prefix, row.prefix) << row.url;
    }
}

TEST(redis_target, what_is_no_such_url_is_refused_without_repeating_it) {
    const struct {
        const char* url;
        const char* reason;
    } table[] = {
        {"", "does not begin"},
        {"localhost:6379", "does not begin"},
        {"http://host", "does not begin"},
        {"rediss://u:hunter2@host", "stunnel"},
        {"redis://", "no host"},
        {"redis://:6379", "no host"},
        {"redis://u:hunter2@", "no host"},
        {"redis://hunter2@host", "no password"},
        {"redis://u:@host", "empty password"},
        {"redis://u:hunter2%@host", "two hex digits"},
        {"redis://u:hunter2/x@host", "port"},
        {"redis://host:0", "port"},
        {"redis://host:65536", "port"},
        {"redis://host:", "port"},
        {"redis://host:1x", "port"},
        {"redis://::1", "brackets"},
        {"redis://[::1", "bracket"},
        {"redis://[::1]x", "bracket"},
        {"redis://host/zero", "database"},
        {"redis://host/-1", "database"},
        {"redis://host/0/1", "database"},
        {"redis://host?prefix=", "prefix"},
        {"redis://host?hunter2=1", "parameter"},
        {"redis://u:hunter2#@host", "%23"},
        {"redis+unix://run/redis.sock", "absolute path"},
        {"redis+unix://", "absolute path"},
        {"redis+unix:///", "absolute path"},
    };
    for (const auto& row : table) {
        std::string why;
        EXPECT_FALSE(db::parse_redis_url(row.url, why)) << row.url;
        EXPECT_NE(why.find(row.reason), std::string::npos) << row.url << ": " << why;
        EXPECT_EQ(why.find("hunter2"), std::string::npos) << why;
    }
    std::string why;
    EXPECT_FALSE(db::parse_redis_url("redis+unix:///" + std::string(107, 's'), why));
    EXPECT_FALSE(db::parse_redis_url("redis://host?prefix=" + std::string(65, 'p'), why));
}

}  // namespace
}  // namespace cloche::test
