#include "identity/mail_dispatcher.hpp"

#include "identity/mail_composer.hpp"
#include "observability/log.hpp"

#include <algorithm>

namespace cloche::identity {
namespace {

using observability::level;
using observability::log_line;

constexpr std::size_t most_at_once = 50;
/// How long to sleep when nothing waits, or the outbox cannot be read.
constexpr seconds idle_wait{30};

void unwritable(const error& reason) {
    log_line(level::error, "outbox_unwritable").with("reason", reason.message());
}

observability::counter outcome_counter(observability::metrics& metrics, const char* outcome) {
    return metrics.make_counter(
        "cloche_identity_mails_total", "Deliveries of mails, by outcome.", {{"outcome", outcome}}
    );
}

}  // namespace

seconds retry_delay(unsigned attempts) noexcept {
    constexpr seconds longest{3600};
    seconds delay{10};
    for (unsigned n = 1; n < attempts && delay < longest; ++n)
        delay *= 4;
    return std::min(delay, longest);
}

mail_dispatcher::mail_dispatcher(
    mail_outbox& outbox,
    std::unique_ptr<mail_transport> transport,
    const crypto::key_ring& keys,
    email_address from,
    observability::metrics& metrics
)
    : outbox_(outbox),
      transport_(std::move(transport)),
      keys_(keys),
      from_(std::move(from)),
      delivered_(outcome_counter(metrics, "delivered")),
      postponed_(outcome_counter(metrics, "postponed")),
      given_up_(outcome_counter(metrics, "given_up")) {}

instant mail_dispatcher::deliver_due(instant now) {
    const auto waiting = outbox_.due(now, most_at_once);
    if (!waiting) {
        log_line(level::error, "outbox_unreadable").with("reason", waiting.error().message());
        return now + idle_wait;
    }
    for (const auto& next : *waiting)
        deliver(next, now);
    const auto due = outbox_.next_due();
    if (!due || !*due) return now + idle_wait;
    return std::min(**due, instant(now + idle_wait));
}

void mail_dispatcher::deliver(const due_mail& next, instant now) {
    const auto& mail = next.mail;
    const auto body = open_body(mail, keys_);
    if (!body) return give_up(next, "its body does not open with the keys of this installation");
    const instant again = now + retry_delay(next.attempts + 1);
    const auto begun = outbox_.begin_try(mail.id, again);
    if (!begun) return unwritable(begun.error());
    const envelope about(from_, mail.to, mail.id, mail.created);
    std::string why;
    const auto sent = transport_->send(mail, render_mail(about, mail.subject, *body), why);
    if (!sent) {
        const bool last = sent.error() == errc::mail_refused || again >= mail.give_up;
        return last ? give_up(next, why) : postpone(next, why);
    }
    delivered_.add();
    log_line(level::info, "mail_delivered")
        .with("kind", name_of(mail.kind))
        .with("mail", mail.id)
        .with("attempts", next.attempts + 1);
    const auto removed = outbox_.delivered(mail.id);
    if (!removed) unwritable(removed.error());
}

void mail_dispatcher::postpone(const due_mail& next, const std::string& why) {
    postponed_.add();
    log_line(level::warn, "mail_postponed")
        .with("kind", name_of(next.mail.kind))
        .with("mail", next.mail.id)
        .with("attempts", next.attempts + 1)
        .with("reason", why);
    const auto noted = outbox_.failed(next.mail.id, why);
    if (!noted) unwritable(noted.error());
}

void mail_dispatcher::give_up(const due_mail& next, const std::string& why) {
    given_up_.add();
    log_line(level::error, "mail_given_up")
        .with("kind", name_of(next.mail.kind))
        .with("mail", next.mail.id)
        .with("attempts", next.attempts + 1)
        .with("reason", why);
    const auto noted = outbox_.given_up(next.mail.id, why);
    if (!noted) unwritable(noted.error());
}

void mail_dispatcher::cancel() noexcept {
    transport_->cancel();
}

}  // namespace cloche::identity
