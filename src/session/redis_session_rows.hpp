// What the Redis session store says to the server, as words, and what it makes of the answers. No
// I/O.
#pragma once

#include "db/redis_value.hpp"
#include "session/record.hpp"
#include "session/session_row.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::session {

using redis_words = std::vector<std::string>;

std::string hex_of(const id_hash& id);
std::string digits_of(instant when);

/// Arguments of `put`: the row as `row.plain.version + 1`, in place of what has
/// `row.plain.version`.
redis_words put_words(std::string_view prefix, const session_row& row, std::string_view process);
/// Arguments of `use`.
redis_words use_words(std::string_view prefix, std::span<const std::pair<id_hash, instant>> used);
redis_words purge_words(std::string_view prefix, instant now, std::size_t most);

/// The answer to TIME; nothing if it is another.
std::optional<instant> instant_in(const db::redis_value& time);

/// Asks for one row.
void add_load(db::redis_commands& to, std::string_view prefix, std::string_view hex);
/// Nothing: there is none. Errors: unreadable_record.
result<std::optional<session_row>> row_in(db::redis_value answer);

}  // namespace cloche::session
