// The columns of a session row as texts by name: the parameters of PostgreSQL, the hash fields of
// Redis. Numbers are decimal, times are milliseconds since 1970, bytes are as they are.
#pragma once

#include "session/session_row.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace cloche::session {

/// In the order of `row_texts`.
inline constexpr std::array<std::string_view, 24> row_columns{
    "id",
    "version",
    "subject",
    "state",
    "reason",
    "made",
    "absolute_until",
    "idle",
    "generation",
    "last_fence",
    "flight_holder",
    "flight_fence",
    "flight_since",
    "flight_until",
    "earlier_until",
    "retry_at",
    "retry_attempts",
    "unknown_since",
    "ended_at",
    "revocation_due",
    "work_at",
    "sealed",
    "last_used",
    "expires_at"};

/// Nothing: null. `id` and `sealed` are bytes.
using row_texts = std::array<std::optional<std::string>, row_columns.size()>;

row_texts texts_of(const session_row& row);
/// Errors: unreadable_record, for what this program has not written.
result<session_row> row_of(const row_texts& texts);

}  // namespace cloche::session
