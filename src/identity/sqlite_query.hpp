// One-line queries: prepare, bind in order, step, read. For the sqlite_*.cpp files of this folder.
#pragma once

#include "base/clock.hpp"
#include "db/sqlite.hpp"
#include "identity/types.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cloche::identity::sql {

inline std::int64_t number(instant when) {
    return when.time_since_epoch().count();
}
inline instant instant_of(std::int64_t number) {
    return instant(milliseconds(number));
}
inline std::string_view bytes(const token_hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}
/// All zeros, which is the hash of nothing, if the column does not hold one.
inline token_hash hash_of(const std::string& blob) {
    token_hash hash{};
    if (blob.size() == hash.size()) std::copy(blob.begin(), blob.end(), hash.begin());
    return hash;
}

/// Bytes that are no text.
struct blob {
    std::string_view content;
};

inline void bind_value(db::statement& to, std::string_view value) {
    to.bind(value);
}
inline void bind_value(db::statement& to, std::int64_t value) {
    to.bind(value);
}
inline void bind_value(db::statement& to, instant value) {
    to.bind(number(value));
}
inline void bind_value(db::statement& to, const token_hash& value) {
    to.bind_blob(bytes(value));
}
inline void bind_value(db::statement& to, blob value) {
    to.bind_blob(value.content);
}

template <class... Values>
result<db::statement> prepare(
    db::sqlite_connection& connection, std::string_view text, const Values&... values
) {
    auto prepared = connection.prepare(text);
    if (!prepared) return prepared.error();
    (bind_value(*prepared, values), ...);
    return std::move(*prepared);
}

/// How many rows it changed.
template <class... Values>
result<std::int64_t> change(
    db::sqlite_connection& connection, std::string_view text, const Values&... values
) {
    auto prepared = prepare(connection, text, values...);
    if (!prepared) return prepared.error();
    const auto done = prepared->run();
    if (!done) return done.error();
    return connection.changes();
}

/// The same where the number does not matter.
template <class... Values>
result<void> run(
    db::sqlite_connection& connection, std::string_view text, const Values&... values
) {
    const auto changed = change(connection, text, values...);
    if (!changed) return changed.error();
    return {};
}

/// `read(row)` of the first row; nothing if there is none.
template <class Read, class... Values>
auto first(
    db::sqlite_connection& connection, std::string_view text, Read read, const Values&... values
) -> result<std::optional<std::invoke_result_t<Read, const db::statement&>>> {
    using row = std::invoke_result_t<Read, const db::statement&>;
    auto prepared = prepare(connection, text, values...);
    if (!prepared) return prepared.error();
    const auto there = prepared->step();
    if (!there) return there.error();
    if (!*there) return std::optional<row>();
    return std::optional<row>(read(*prepared));
}

/// An error as the outcome of a question: a `result<bool>` does not take one by itself, because
/// error codes can be taken for truth values.
inline result<bool> failed(const error& reason) {
    return {boost::system::in_place_error, reason};
}

template <class... Values>
result<bool> any(
    db::sqlite_connection& connection, std::string_view text, const Values&... values
) {
    auto prepared = prepare(connection, text, values...);
    if (!prepared) return failed(prepared.error());
    return prepared->step();
}

}  // namespace cloche::identity::sql
