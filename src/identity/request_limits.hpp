// Which requests are let through how often: by place, by the account asked for, and altogether
// (EN-5). Decided before any password is hashed. Time is a parameter. Any thread.
//
// Wrong passwords are counted apart, by login_throttle.
#pragma once

#include "identity/email_address.hpp"
#include "identity/token_buckets.hpp"
#include "identity/types.hpp"

#include <array>
#include <optional>

namespace cloche::identity {

enum class limited_action { login, registration, resend, verification, refresh };
inline constexpr std::size_t limited_actions = 5;
std::string_view name_of(limited_action action) noexcept;

/// How often one action may be asked for. A rate with a burst of 0 limits nothing.
struct action_limit {
    rate by_place;    ///< an IPv4 address or an IPv6 /64
    rate by_account;  ///< the address asked for, known or not
    rate by_all{0, 0};
};

/// By action. The defaults leave room for an office behind one address, and none for a guesser.
struct limit_options {
    // Wrong passwords for one account are login_throttle's; here is only what hashing costs.
    action_limit login{{1, 60}, {0, 0}, {50, 500}};
    // Each of these sends a mail.
    action_limit registration{{1.0 / 30, 20}, {1.0 / 600, 5}, {5, 200}};
    action_limit resend{{1.0 / 30, 20}, {1.0 / 600, 5}, {5, 200}};
    action_limit verification{{0.5, 30}, {0, 0}, {50, 500}};
    // A gateway that is not named as a trusted proxy refreshes for everybody from one place.
    action_limit refresh{{60, 600}, {0, 0}, {0, 0}};

    const action_limit& of(limited_action action) const noexcept;
};

class request_limits {
public:
    explicit request_limits(limit_options options);

    /// Nothing: go on. Otherwise: not before that time is over.
    std::optional<seconds> admit(limited_action action, const place& from, monotonic now);
    /// The same for the account it is about.
    std::optional<seconds> admit(limited_action action, const email_address& email, monotonic now);

private:
    const limit_options options_;
    bucket_table places_;
    bucket_table accounts_;
    bucket_table all_;
};

}  // namespace cloche::identity
