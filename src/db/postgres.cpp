#include "db/postgres.hpp"

#include <libpq-fe.h>

#include <charconv>

namespace cloche::db {

std::size_t postgres_rows::size() const noexcept {
    return static_cast<std::size_t>(PQntuples(taken_.get()));
}

bool postgres_rows::is_null(std::size_t row, int column) const {
    return PQgetisnull(taken_.get(), static_cast<int>(row), column) != 0;
}

std::string postgres_rows::text(std::size_t row, int column) const {
    const int at = static_cast<int>(row);
    const auto size = static_cast<std::size_t>(PQgetlength(taken_.get(), at, column));
    return std::string(PQgetvalue(taken_.get(), at, column), size);
}

std::string postgres_rows::bytes(std::size_t row, int column) const {
    const char* const text = PQgetvalue(taken_.get(), static_cast<int>(row), column);
    std::size_t size = 0;
    auto* const unescaped = PQunescapeBytea(reinterpret_cast<const unsigned char*>(text), &size);
    if (unescaped == nullptr) return {};
    std::string bytes(reinterpret_cast<const char*>(unescaped), size);
    PQfreemem(unescaped);
    return bytes;
}

std::int64_t postgres_rows::integer(std::size_t row, int column) const {
    const std::string digits = text(row, column);
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::size_t postgres_rows::changes() const {
    const std::string_view digits = PQcmdTuples(taken_.get());
    std::size_t count = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), count);
    return count;
}

void postgres_rows::release::operator()(pg_result* taken) const noexcept {
    PQclear(taken);
}

postgres_refusal meaning_of(std::string_view sqlstate) noexcept {
    const auto kind = sqlstate.substr(0, 2);
    if (kind == "23") return {errc::constraint, false, false};
    // A read-only server has been made a standby: its primary is elsewhere now.
    if (sqlstate == "25006") return {errc::unavailable, true, true};
    // Cancelled by its time limit, before others of this class: the server shuts down.
    if (sqlstate == "57014") return {errc::unavailable, false, false};
    if (kind == "57") return {errc::unavailable, true, true};
    // Full, locked, in each other's way: the same connection may do better next time.
    if (sqlstate == "53100" || sqlstate == "55P03" || kind == "40")
        return {errc::unavailable, false, false};
    return {errc::unavailable, true, false};
}

std::string one_line(std::string_view message) {
    std::string line;
    for (const char c : message) {
        const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
        if (!blank) {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    if (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

}  // namespace cloche::db
