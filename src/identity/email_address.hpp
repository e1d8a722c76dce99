// A mail address in the one form that every flow and the unique index use (ID-8). Pure.
//
//     address = dot-string "@" domain
//
// of RFC 5321 section 4.1.2, without its quoted strings and address literals.
//
// The domain is lower-cased; the local part is kept as it was written, because only the receiving
// host knows what it means (RFC 5321 section 2.4). Nothing is trimmed, folded or decoded: what two
// readers could take for two addresses is refused instead. Non-ASCII is refused; an international
// domain is written in its xn-- form.
#pragma once

#include "base/result.hpp"
#include "identity/errc.hpp"

#include <string>
#include <string_view>

namespace cloche::identity {

class email_address {
public:
    /// At most 254 bytes, 64 of them before the `@`. Errors: malformed_mail_address.
    static result<email_address> parse(std::string_view text);

    const std::string& text() const noexcept { return text_; }
    std::string_view local_part() const noexcept;
    std::string_view domain() const noexcept;

    friend bool operator==(const email_address&, const email_address&) = default;

private:
    explicit email_address(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace cloche::identity
