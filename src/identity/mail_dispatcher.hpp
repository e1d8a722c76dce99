// Takes mails from the outbox to their transport, again and again until they are through or too
// old.
//
// One thread at a time: `deliver_due` is called by the upkeep thread (upkeep.hpp), or by a test. At
// least once: a mail whose delivery could not be noted down goes out twice rather than never.
#pragma once

#include "base/clock.hpp"
#include "crypto/key_ring.hpp"
#include "identity/mail_outbox.hpp"
#include "identity/mail_transport.hpp"
#include "observability/metrics.hpp"

#include <memory>

namespace cloche::identity {

/// How long to wait before the next try, after so many: 10 s at first, four times as long each
/// time, an hour at most.
seconds retry_delay(unsigned attempts) noexcept;

class mail_dispatcher {
public:
    /// All but the transport outlive it.
    mail_dispatcher(
        mail_outbox& outbox,
        std::unique_ptr<mail_transport> transport,
        const crypto::key_ring& keys,
        email_address from,
        observability::metrics& metrics
    );

    /// Tries every mail that is due once. Gives when it wants to be called again, at the latest.
    instant deliver_due(instant now);

    /// From any thread: a delivery that is on is broken off and stays in the outbox.
    void cancel() noexcept;

private:
    void deliver(const due_mail& next, instant now);
    void postpone(const due_mail& next, const std::string& why);
    void give_up(const due_mail& next, const std::string& why);

    mail_outbox& outbox_;
    std::unique_ptr<mail_transport> transport_;
    const crypto::key_ring& keys_;
    const email_address from_;
    observability::counter delivered_;
    observability::counter postponed_;
    observability::counter given_up_;
};

}  // namespace cloche::identity
