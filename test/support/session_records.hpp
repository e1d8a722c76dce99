// Session records for tests: a plain live one, to be changed where a case is about something else.
#pragma once

#include "session/record.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cloche::test {

inline constexpr instant some_day{milliseconds(1'715'000'000'000)};

inline session::id_hash id_of(std::string_view name) {
    return session::hash_of(name);
}

/// Signed in on some day; an access token of five minutes, 30 days in all, 7 days idle.
inline session::record live_record(std::string_view name = "one", instant now = some_day) {
    session::record made;
    made.id = id_of(name);
    made.subject = "subject of " + std::string(name);
    made.user = R"({"email":"someone@example.org"})";
    made.address = "192.0.2.1";
    made.agent = "a browser";
    made.made = now;
    made.last_used = now;
    made.absolute_until = now + std::chrono::hours(24 * 30);
    made.idle = std::chrono::hours(24 * 7);
    made.tokens.access = access_token("access of " + std::string(name));
    made.tokens.sent_at = now;
    made.tokens.life = milliseconds(300'000);
    made.tokens.refresh = refresh_token("refresh of " + std::string(name));
    made.version = 1;
    return made;
}

inline session::flight flight_of(std::string holder, std::uint64_t fence, instant since) {
    session::flight made;
    made.holder = std::move(holder);
    made.fence = fence;
    made.since = since;
    made.lease_until = since + milliseconds(7'000);
    return made;
}

inline session::retry retry_of(
    instant not_before, unsigned attempts, std::optional<instant> unknown_since = std::nullopt
) {
    session::retry made;
    made.not_before = not_before;
    made.attempts = attempts;
    made.outcome_unknown_since = unknown_since;
    return made;
}

}  // namespace cloche::test
