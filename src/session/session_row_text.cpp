#include "session/session_row_text.hpp"

#include <charconv>
#include <cstdint>
#include <cstring>
#include <utility>

namespace cloche::session {
namespace {

std::string text_of(instant when) {
    return std::to_string(when.time_since_epoch().count());
}

std::optional<std::string> text_of(const std::optional<instant>& when) {
    return when ? std::optional(text_of(*when)) : std::nullopt;
}

/// Takes one text after the other, in the order of row_columns.
class text_reader {
public:
    explicit text_reader(const row_texts& texts) : texts_(texts) {}

    bool is_good() const noexcept { return good_; }
    bool is_null() const noexcept { return !texts_[at_]; }
    void skip(std::size_t count) noexcept { at_ += count; }

    std::string text() {
        const auto& found = texts_[at_++];
        if (!found) good_ = false;
        return found.value_or(std::string());
    }
    std::int64_t number() {
        const std::string digits = text();
        std::int64_t value = 0;
        const char* const end = digits.data() + digits.size();
        const auto read = std::from_chars(digits.data(), end, value);
        if (read.ec != std::errc() || read.ptr != end) good_ = false;
        return value;
    }
    std::uint64_t count() { return static_cast<std::uint64_t>(number()); }
    instant time() { return instant(milliseconds(number())); }
    std::optional<instant> optional_time() {
        if (!is_null()) return time();
        skip(1);
        return std::nullopt;
    }

private:
    const row_texts& texts_;
    std::size_t at_ = 0;
    bool good_ = true;
};

std::optional<flight> read_flight(text_reader& from) {
    if (from.is_null()) {
        from.skip(4);
        return std::nullopt;
    }
    flight flying;
    flying.holder = from.text();
    flying.fence = from.count();
    flying.since = from.time();
    flying.lease_until = from.time();
    return flying;
}

std::optional<retry> read_retry(text_reader& from) {
    if (from.is_null()) {
        from.skip(3);
        return std::nullopt;
    }
    retry after;
    after.not_before = from.time();
    after.attempts = static_cast<unsigned>(from.count());
    after.outcome_unknown_since = from.optional_time();
    return after;
}

}  // namespace

row_texts texts_of(const session_row& row) {
    const record& plain = row.plain;
    const auto& flying = plain.in_flight;
    const auto& after = plain.after_failure;
    const auto number = [](auto value) { return std::to_string(value); };
    using maybe = std::optional<std::string>;
    return {
        std::string(bytes_of(plain.id)),
        number(plain.version),
        plain.subject,
        number(static_cast<int>(plain.state)),
        number(static_cast<int>(plain.reason)),
        text_of(plain.made),
        text_of(plain.absolute_until),
        number(plain.idle.count()),
        number(plain.generation),
        number(plain.last_fence),
        flying ? maybe(flying->holder) : std::nullopt,
        flying ? maybe(number(flying->fence)) : std::nullopt,
        flying ? maybe(text_of(flying->since)) : std::nullopt,
        flying ? maybe(text_of(flying->lease_until)) : std::nullopt,
        text_of(plain.earlier_until),
        after ? maybe(text_of(after->not_before)) : std::nullopt,
        after ? maybe(number(after->attempts)) : std::nullopt,
        after ? text_of(after->outcome_unknown_since) : std::nullopt,
        text_of(plain.ended_at),
        number(static_cast<int>(plain.revocation_due)),
        text_of(row.work_at),
        row.sealed,
        text_of(plain.last_used),
        text_of(row.expires_at)};
}

result<session_row> row_of(const row_texts& texts) {
    text_reader from(texts);
    session_row row;
    record& plain = row.plain;
    const std::string id = from.text();
    if (id.size() != plain.id.bytes.size()) CLOCHE_FAIL(errc::unreadable_record);
    std::memcpy(plain.id.bytes.data(), id.data(), id.size());
    plain.version = from.count();
    plain.subject = from.text();
    plain.state = static_cast<session_state>(from.number());
    plain.reason = static_cast<end_reason>(from.number());
    plain.made = from.time();
    plain.absolute_until = from.time();
    plain.idle = milliseconds(from.number());
    plain.generation = from.count();
    plain.last_fence = from.count();
    plain.in_flight = read_flight(from);
    plain.earlier_until = from.optional_time();
    plain.after_failure = read_retry(from);
    plain.ended_at = from.optional_time();
    plain.revocation_due = from.number() != 0;
    row.work_at = from.optional_time();
    row.sealed = from.text();
    plain.last_used = from.time();
    row.expires_at = from.time();
    if (!from.is_good()) CLOCHE_FAIL(errc::unreadable_record);
    return row;
}

}  // namespace cloche::session
