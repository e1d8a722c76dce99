// What is said to PostgreSQL and what comes back: a query with its parameters, and rows.
//
// Plain values; who sends them is postgres_connection.hpp.
#pragma once

#include "base/result.hpp"
#include "db/errc.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct pg_result;

namespace cloche::db {

/// A constant of the program. Each connection prepares it once, at its first use.
struct postgres_statement {
    const char* name;
    const char* sql;
};

/// A statement and its parameters, bound in order.
class postgres_query {
public:
    explicit postgres_query(const postgres_statement& statement) : statement_(&statement) {}

    postgres_query& bind(std::string_view text) { return add(std::string(text), false); }
    postgres_query& bind(std::int64_t number) { return add(std::to_string(number), false); }
    /// For `bytea`: no server reads them as text.
    postgres_query& bind_bytes(std::string_view bytes) { return add(std::string(bytes), true); }
    postgres_query& bind_null() { return add(std::nullopt, false); }

    const postgres_statement& statement() const noexcept { return *statement_; }
    std::size_t size() const noexcept { return values_.size(); }
    const std::optional<std::string>& value(std::size_t index) const { return values_[index]; }
    bool is_bytes(std::size_t index) const { return bytes_[index]; }

private:
    postgres_query& add(std::optional<std::string> value, bool bytes) {
        values_.push_back(std::move(value));
        bytes_.push_back(bytes);
        return *this;
    }

    const postgres_statement* statement_;
    std::vector<std::optional<std::string>> values_;
    std::vector<bool> bytes_;
};

/// The rows of an answer, none for a statement that gives none.
class postgres_rows {
public:
    postgres_rows() = default;
    explicit postgres_rows(pg_result* taken) noexcept : taken_(taken) {}

    std::size_t size() const noexcept;
    bool is_null(std::size_t row, int column) const;
    std::string text(std::size_t row, int column) const;
    std::string bytes(std::size_t row, int column) const;  ///< of a `bytea`
    std::int64_t integer(std::size_t row, int column) const;
    /// Rows that an INSERT, UPDATE or DELETE changed.
    std::size_t changes() const;

private:
    struct release {
        void operator()(pg_result* taken) const noexcept;
    };
    std::unique_ptr<pg_result, release> taken_;
};

/// What a refusal of the server means, by its SQLSTATE.
struct postgres_refusal {
    errc code;
    /// The connection is of no more use: the server ends it, or is not the one to write to.
    bool ends_connection;
    /// So are the others that lead to the same server.
    bool ends_all;
};
postgres_refusal meaning_of(std::string_view sqlstate) noexcept;

/// A message of libpq in one line.
std::string one_line(std::string_view message);

}  // namespace cloche::db
