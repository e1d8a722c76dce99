// What is said to a Redis server, and what it says: commands as bytes, replies as values (RESP2, by
// hiredis). No I/O.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;  // NOLINT(readability-identifier-naming): of hiredis

namespace cloche::db {

struct redis_value {
    enum class kind { nil, text, number, list, failure };

    kind is = kind::nil;
    std::int64_t number = 0;
    std::string text;  ///< also of a failure: its code in capitals, then words
    std::vector<redis_value> items;

    redis_value() = default;

    bool is_failure() const noexcept { return is == kind::failure; }
    /// A failure with this code, also where a script of an older server met it.
    bool failed_with(std::string_view code) const;
};

/// Commands that are sent as one: each gets a reply.
class redis_commands {
public:
    redis_commands() = default;

    void add(std::span<const std::string_view> words);
    void add(std::initializer_list<std::string_view> words) {
        add(std::span(words.begin(), words.size()));
    }

    const std::string& bytes() const noexcept { return bytes_; }
    std::size_t count() const noexcept { return count_; }
    void wipe() noexcept;  ///< after a password

private:
    std::string bytes_;
    std::size_t count_ = 0;
};

/// Bytes in, values out.
class redis_parser {
public:
    redis_parser();
    ~redis_parser();
    redis_parser(const redis_parser&) = delete;
    redis_parser& operator=(const redis_parser&) = delete;

    void feed(std::string_view bytes);
    /// The next value, if all of it is there. Errors: boost::system::errc::bad_message.
    result<std::optional<redis_value>> next();

private:
    struct release {
        void operator()(redisReader* reader) const noexcept;
    };
    std::unique_ptr<redisReader, release> reader_;
};

}  // namespace cloche::db
