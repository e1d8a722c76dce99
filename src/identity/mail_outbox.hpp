// The table of mails on their way, as its dispatcher sees it. Putting a mail in is part of the step
// that causes it: see identity_store.hpp.
//
// Blocking calls, for the dispatcher's own thread.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "identity/email_address.hpp"
#include "identity/mail_message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cloche::identity {

/// A mail as it lies in the table. The body carries a link that is as good as a password until it
/// is used: it is sealed, so that the database alone gives nothing away (ID-9).
struct outgoing_mail {
    std::string id;
    mail_kind kind = mail_kind::verification;
    email_address to;
    std::string subject;
    std::string sealed_body;
    instant created;
    instant give_up;  ///< no try after that: the link is stale by then

    outgoing_mail(std::string unique, mail_kind what, email_address recipient)
        : id(std::move(unique)), kind(what), to(std::move(recipient)) {}
};

/// One whose time has come.
struct due_mail {
    outgoing_mail mail;
    unsigned attempts = 0;  ///< made so far

    explicit due_mail(outgoing_mail waiting) : mail(std::move(waiting)) {}
};

class mail_outbox {
public:
    virtual ~mail_outbox() = default;

    /// Oldest first. Errors: those of `db`, as for the others.
    virtual result<std::vector<due_mail>> due(instant now, std::size_t most) = 0;
    /// When the next mail is due; nothing if none waits.
    virtual result<std::optional<instant>> next_due() = 0;

    /// Counts a try before it is made, and puts the mail off until `again`: if its outcome cannot
    /// be noted down, or nobody is left to do so, it is not sent again at once, and not forever.
    virtual result<void> begin_try(const std::string& id, instant again) = 0;
    virtual result<void> delivered(const std::string& id) = 0;
    virtual result<void> failed(const std::string& id, const std::string& reason) = 0;
    /// Keeps the row, without its body, for the operator to see.
    virtual result<void> given_up(const std::string& id, const std::string& reason) = 0;
};

}  // namespace cloche::identity
