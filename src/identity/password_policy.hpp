// Which new passwords are taken (ID-4, ID-5, ID-6). Pure.
//
// Length in code points, and not being guessed early; no composition rules, because they make
// passwords worse, not better (NIST SP 800-63B-4 section 3.1.1.2). The bytes are hashed exactly as
// they came (ASVS 6.2.8).
#pragma once

#include "base/secret.hpp"
#include "identity/email_address.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::identity {

enum class password_problem {
    not_text,  ///< not UTF-8
    too_short,
    too_long,  ///< over 1024 bytes: refused, never cut off
    common,    ///< made of what attackers try first
    personal,  ///< made of the person's own name or address, or this site's
};

class password_policy {
public:
    /// The hard cap, in bytes: enough for any passphrase, too little to keep the hash busy.
    static constexpr std::size_t most_bytes = 1024;
    /// What every password withstands, as guess_bits has it: some four thousand million guesses.
    /// Far beyond what login_throttle lets through, and beyond every list of common passwords.
    static constexpr double least_bits = 32;

    /// `least` in code points; `site`: words of this site, such as its host name.
    password_policy(std::size_t least, std::vector<std::string> site);

    std::optional<password_problem> check(
        const password& candidate,
        const std::optional<email_address>& email,
        std::string_view full_name
    ) const;
    /// What is wrong and what to do about it, for the person.
    std::string explain(password_problem problem) const;

private:
    std::size_t least_;
    std::vector<std::string> site_;
};

/// The words of letters and digits in `text`, lower-cased, of three bytes and more.
std::vector<std::string> words_of(std::string_view text);

}  // namespace cloche::identity
