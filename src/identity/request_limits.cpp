#include "identity/request_limits.hpp"

#include <string>

namespace cloche::identity {
namespace {

// Some 15 MB at most, of keys and buckets.
constexpr std::size_t most_places = 65'536;
constexpr std::size_t most_accounts = 65'536;

std::string key_of(limited_action action, std::string_view whose) {
    std::string key(name_of(action));
    key += ' ';
    key += whose;
    return key;
}

std::optional<seconds> take(
    bucket_table& from, const std::string& key, const rate& limit, monotonic now
) {
    if (limit.burst <= 0) return std::nullopt;
    return from.take(key, limit, now);
}

}  // namespace

std::string_view name_of(limited_action action) noexcept {
    switch (action) {
        case limited_action::login:
            return "login";
        case limited_action::registration:
            return "registration";
        case limited_action::resend:
            return "resend";
        case limited_action::verification:
            return "verification";
        case limited_action::refresh:
            return "refresh";
    }
    return "unknown";
}

const action_limit& limit_options::of(limited_action action) const noexcept {
    switch (action) {
        case limited_action::login:
            return login;
        case limited_action::registration:
            return registration;
        case limited_action::resend:
            return resend;
        case limited_action::verification:
            return verification;
        case limited_action::refresh:
            return refresh;
    }
    return login;
}

request_limits::request_limits(limit_options options)
    : options_(options), places_(most_places), accounts_(most_accounts), all_(limited_actions) {}

std::optional<seconds> request_limits::admit(
    limited_action action, const place& from, monotonic now
) {
    const auto& limit = options_.of(action);
    // By place first: one place that asks too often takes nothing of what all share.
    const auto wait = take(places_, key_of(action, from.text()), limit.by_place, now);
    if (wait) return wait;
    return take(all_, key_of(action, {}), limit.by_all, now);
}

std::optional<seconds> request_limits::admit(
    limited_action action, const email_address& email, monotonic now
) {
    return take(accounts_, key_of(action, email.text()), options_.of(action).by_account, now);
}

}  // namespace cloche::identity
