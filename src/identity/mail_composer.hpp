// Makes the mails that go into the outbox: text, link, seal. Any thread.
#pragma once

#include "base/clock.hpp"
#include "crypto/key_ring.hpp"
#include "crypto/random.hpp"
#include "identity/mail_message.hpp"
#include "identity/mail_outbox.hpp"
#include "identity/types.hpp"

#include <string>

namespace cloche::identity {

class mail_composer {
public:
    /// `keys` and `random` outlive it.
    mail_composer(
        std::string public_url, const crypto::key_ring& keys, crypto::random_source& random
    );

    /// About the attempt that somebody of that name made at that time.
    outgoing_mail verification(
        const email_address& to,
        std::string_view full_name,
        const verification_token& token,
        instant made,
        instant now
    ) const;
    outgoing_mail already_registered(const email_address& to, instant now) const;
    outgoing_mail new_place(const email_address& to, const verification_token& token, instant now)
        const;

    /// How long mailed links are good (ID-9).
    static constexpr seconds link_life{24 * 3600};

private:
    outgoing_mail sealed(const email_address& to, mail_text text, instant now) const;

    const std::string public_url_;
    const crypto::key_ring& keys_;
    crypto::random_source& random_;
};

/// The text that was sealed into a mail. Errors: those of `crypto`.
result<std::string> open_body(const outgoing_mail& mail, const crypto::key_ring& keys);

}  // namespace cloche::identity
