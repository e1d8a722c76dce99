// Where a Redis or Valkey server is, and as whom: out of a URL. Pure.
//
//     redis://[[user]:password@]host[:port][/database][?prefix=text]
//     redis+unix://[[user]:password@]/path/of/the.sock[?db=number&prefix=text]
//
// User, password, path and prefix may have percent-escapes; an IPv6 address stands in brackets.
#pragma once

#include "base/secret.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cloche::db {

struct redis_target {
    std::string socket;  ///< path of a unix socket; empty: TCP
    std::string host;
    std::uint16_t port = 6379;
    std::string user;
    cloche::password word;  ///< empty: no AUTH
    unsigned database = 0;
    std::string prefix = "cloche:";  ///< of every key and channel

    redis_target() = default;

    /// Without user and password: for people.
    std::string address() const;
};

/// Nothing if it is not such a URL, with the reason and its remedy in `why`, where no part of the
/// URL is repeated: it may hold a password.
std::optional<redis_target> parse_redis_url(std::string_view url, std::string& why);

}  // namespace cloche::db
