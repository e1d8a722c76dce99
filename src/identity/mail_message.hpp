// The mails that are sent, as plain text (RFC 5322). Pure.
//
// Each is about one link or none; the link points to the configured public address, whatever Host a
// request named (ID-11). Text that came from outside is not put into a mail where a mail program
// could make a link of it: the name of whoever registered goes to an address that may belong to
// somebody else.
#pragma once

#include "base/clock.hpp"
#include "identity/email_address.hpp"
#include "identity/types.hpp"

#include <string>
#include <string_view>

namespace cloche::identity {

enum class mail_kind {
    verification,        ///< "is this address yours?"
    already_registered,  ///< somebody registered an address that has an account
    new_place,           ///< lets the owner sign in from where strangers' failures get in the way
};
std::string_view name_of(mail_kind kind) noexcept;

/// Text with LF line ends; lines are short but for links.
struct mail_text {
    mail_kind kind = mail_kind::verification;
    std::string subject;  ///< ASCII
    std::string body;     ///< UTF-8
};

mail_text verification_mail(std::string_view link, std::string_view full_name, instant made);
mail_text already_registered_mail(std::string_view sign_in_page);
mail_text new_place_mail(std::string_view link);

/// `PUBLIC_URL/auth/verify?token=…&email=…`
std::string verification_link(
    std::string_view public_url, const verification_token& token, const email_address& email
);

/// `full_name`, if it holds nothing that could pass for an address or a link; else nothing.
std::string_view name_for_mail(std::string_view full_name) noexcept;

/// Who sends what to whom.
struct envelope {
    email_address from;
    email_address to;
    std::string id;  ///< unique, without the host part
    instant date;

    envelope(email_address sender, email_address recipient, std::string unique, instant when)
        : from(std::move(sender)), to(std::move(recipient)), id(std::move(unique)), date(when) {}
};

/// The whole message, with CRLF line ends.
std::string render_mail(const envelope& about, std::string_view subject, std::string_view body);

}  // namespace cloche::identity
