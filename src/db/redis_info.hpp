// What a Redis or Valkey server says of itself (INFO), as far as it matters to a store. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cloche::db {

struct redis_info {
    std::string version;  ///< of Redis, or the one that Valkey says it is like
    unsigned major = 0;
    bool is_replica = false;
    std::uint64_t memory_limit = 0;  ///< 0: none
    std::string eviction;            ///< "noeviction", "allkeys-lru", …
    std::uint64_t thrown_away = 0;   ///< keys, for want of memory, since it was started
    bool has_append_log = false;
    unsigned replicas = 0;  ///< those that keep up: WAIT hears of them

    redis_info() = default;
};

/// What is absent keeps its default: INFO may have been asked for one section.
redis_info parse_redis_info(std::string_view text);

}  // namespace cloche::db
