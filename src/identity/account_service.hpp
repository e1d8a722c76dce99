// Registering an address and verifying it.
//
// Known and unknown addresses get the same answer for the same work (EN-3): one password is hashed,
// one row and one mail are written, whichever row and mail it is. From any I/O thread.
#pragma once

#include "base/clock.hpp"
#include "crypto/random.hpp"
#include "identity/account_forms.hpp"
#include "identity/identity_store.hpp"
#include "identity/mail_composer.hpp"
#include "identity/password_hasher.hpp"
#include "identity/refusal.hpp"
#include "identity/request_limits.hpp"

#include <functional>

namespace cloche::identity {

class account_service {
public:
    /// What it works with; all of it outlives the service.
    struct parts {
        identity_store& store;
        password_hasher& hasher;
        const mail_composer& mails;
        request_limits& limits;
        const clock& time;
        crypto::random_source& random;
        std::function<void()> mail_waits;  ///< called when the outbox may have become fuller
    };
    explicit account_service(parts with);

    struct done {};

    /// Refusals: throttled (by account), overloaded, those of `db`.
    task<outcome<done>> register_account(registration_form form);
    /// Refusals: bad_verification, those of `db`.
    task<outcome<done>> verify(verification_form form, place from);
    /// An address that asks too often gets the same answer and no mail. Refusals: those of `db`.
    task<outcome<done>> resend(resend_form form);

private:
    parts with_;
};

}  // namespace cloche::identity
