#include "db/redis_info.hpp"

#include <charconv>

namespace cloche::db {
namespace {

/// A replica that has not said for longer how far it is would hold up every write.
constexpr std::uint64_t longest_lag_s = 3;

std::uint64_t number_in(std::string_view text, std::uint64_t otherwise) {
    std::uint64_t value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// The value of `name` in `ip=10.0.0.2,port=6379,state=online,offset=14,lag=0`.
std::string_view part_of(std::string_view line, std::string_view name) {
    while (!line.empty()) {
        const auto end = line.find(',');
        const auto part = line.substr(0, end);
        if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=')
            return part.substr(name.size() + 1);
        if (end == std::string_view::npos) break;
        line.remove_prefix(end + 1);
    }
    return {};
}

/// `slave0`, `slave1`, …, and nothing like `slave_repl_offset`.
bool names_replica(std::string_view name) {
    if (!name.starts_with("slave") || name.size() < 6) return false;
    return name.find_first_not_of("0123456789", 5) == std::string_view::npos;
}

void read_field(std::string_view name, std::string_view value, redis_info& into) {
    if (name == "redis_version") {
        into.version = value;
        into.major = static_cast<unsigned>(number_in(value, 0));
    } else if (name == "role") {
        into.is_replica = value == "slave";
    } else if (name == "maxmemory") {
        into.memory_limit = number_in(value, 0);
    } else if (name == "maxmemory_policy") {
        into.eviction = value;
    } else if (name == "evicted_keys") {
        into.thrown_away = number_in(value, 0);
    } else if (name == "aof_enabled") {
        into.has_append_log = value == "1";
    } else if (names_replica(name) && part_of(value, "state") == "online") {
        const auto lag = number_in(part_of(value, "lag"), longest_lag_s + 1);
        if (lag <= longest_lag_s) ++into.replicas;
    }
}

}  // namespace

redis_info parse_redis_info(std::string_view text) {
    redis_info found;
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        read_field(line.substr(0, colon), line.substr(colon + 1), found);
    }
    return found;
}

}  // namespace cloche::db
