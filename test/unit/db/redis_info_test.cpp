#include "db/redis_info.hpp"

#include <gtest/gtest.h>

namespace cloche::test {
namespace {

TEST(redis_info, what_matters_is_found_among_the_rest) {
    const auto info = db::parse_redis_info(
        "# Server\r\nredis_version:7.0.15\r\n\r\n# Memory\r\nmaxmemory:1048576\r\n"
        "maxmemory_human:1.00M\r\nmaxmemory_policy:allkeys-lru\r\n# Persistence\r\n"
        "aof_enabled:1\r\n# Stats\r\nevicted_keys:12\r\n# "
        "Replication\r\nrole:master\r\nconnected_slaves:2\r\n"
        "slave0:ip=10.0.0.2,port=6379,state=online,offset=14,lag=0\r\n"
        "slave1:ip=10.0.0.3,port=6379,state=online,offset=14,lag=3\r\n"
    );
    EXPECT_EQ(info.version, "7.0.15");
    EXPECT_EQ(info.major, 7U);
    EXPECT_FALSE(info.is_replica);
    EXPECT_EQ(info.memory_limit, 1048576U);
    EXPECT_EQ(info.eviction, "allkeys-lru");
    EXPECT_EQ(info.thrown_away, 12U);
    EXPECT_TRUE(info.has_append_log);
    EXPECT_EQ(info.replicas, 2U);
}

TEST(redis_info, a_replica_that_does_not_keep_up_does_not_count) {
    const auto info = db::parse_redis_info(
        "slave0:ip=10.0.0.2,port=6379,state=wait_bgsave,offset=0,lag=0\r\n"
        "slave1:ip=10.0.0.3,port=6379,state=online,offset=14,lag=40\r\n"
        "slave2:ip=10.0.0.4,port=6379,state=online,offset=14\r\n"
        "slave_repl_offset:state=online,lag=0\r\n"
    );
    EXPECT_EQ(info.replicas, 0U);
}

TEST(redis_info, a_replica_says_so) {
    EXPECT_TRUE(db::parse_redis_info("role:slave\r\nslave_read_only:1\r\n").is_replica);
}

TEST(redis_info, what_is_not_said_is_not_assumed) {
    for (const char* text : {"", "\r\n", "redis_version:", "maxmemory:x", "no colon", "slave0:"}) {
        const auto info = db::parse_redis_info(text);
        EXPECT_EQ(info.major, 0U) << text;
        EXPECT_EQ(info.memory_limit, 0U) << text;
        EXPECT_EQ(info.replicas, 0U) << text;
    }
}

}  // namespace
}  // namespace cloche::test
