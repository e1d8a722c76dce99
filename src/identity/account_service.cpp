#include "identity/account_service.hpp"

#include "base/encoding.hpp"
#include "observability/audit.hpp"

namespace cloche::identity {
namespace {

using observability::audit;
using observability::audit_event;

constexpr std::size_t token_bytes = 32;
constexpr std::size_t id_bytes = 16;

}  // namespace

account_service::account_service(parts with) : with_(std::move(with)) {}

task<outcome<account_service::done>> account_service::register_account(registration_form form) {
    const auto wait =
        with_.limits.admit(limited_action::registration, form.email, with_.time.ticks());
    if (wait) {
        audit(audit_event::throttled).with("action", name_of(limited_action::registration));
        co_return refusal::too_often(*wait);
    }
    auto hash = co_await with_.hasher.hash(std::move(form.secret));
    if (!hash) co_return refusal(hash.error());

    const verification_token token(base64url_encode(with_.random.bytes(token_bytes)));
    registration attempt(form.email, form.full_name, std::move(*hash));
    attempt.token = hash_token(token.reveal());
    attempt.made = with_.time.now();
    attempt.expires = attempt.made + mail_composer::link_life;
    auto if_new =
        with_.mails.verification(form.email, form.full_name, token, attempt.made, attempt.made);
    auto if_known = with_.mails.already_registered(form.email, attempt.made);
    auto stored = co_await with_.store.put_registration(
        std::move(attempt), std::move(if_new), std::move(if_known)
    );
    if (!stored) co_return refusal(stored.error());
    with_.mail_waits();
    audit(audit_event::account_registered);
    co_return done();
}

task<outcome<account_service::done>> account_service::verify(verification_form form, place from) {
    const auto token = hash_token(form.token.reveal());
    user_id fresh(base64url_encode(with_.random.bytes(id_bytes)));
    presented_link link(
        std::move(form.email), token, with_.time.now(), std::move(from), std::move(fresh)
    );
    auto used = co_await with_.store.use_link(std::move(link));
    if (!used) co_return refusal(used.error());
    if (*used == link_outcome::invalid) co_return refusal(errc::bad_verification);
    if (*used == link_outcome::activated) audit(audit_event::account_verified);
    co_return done();
}

task<outcome<account_service::done>> account_service::resend(resend_form form) {
    // Whoever asks for an address that had its mails already must not learn even that.
    const auto wait = with_.limits.admit(limited_action::resend, form.email, with_.time.ticks());
    if (wait) {
        audit(audit_event::throttled).with("action", name_of(limited_action::resend));
        co_return done();
    }
    const verification_token token(base64url_encode(with_.random.bytes(token_bytes)));
    const auto now = with_.time.now();
    auto pending = co_await with_.store.find_pending(form.email, now);
    if (!pending) co_return refusal(pending.error());
    link_renewal renewal(
        form.email, hash_token(token.reveal()), now, now + mail_composer::link_life
    );
    std::string name;
    if (*pending) {
        renewal.attempt = (*pending)->made;
        name = (*pending)->full_name;
    }
    const instant made = renewal.attempt.value_or(now);
    auto if_pending = with_.mails.verification(form.email, name, token, made, now);
    auto if_user = with_.mails.new_place(form.email, token, now);
    auto renewed = co_await with_.store.renew_link(
        std::move(renewal), std::move(if_pending), std::move(if_user)
    );
    if (!renewed) co_return refusal(renewed.error());
    with_.mail_waits();
    co_return done();
}

}  // namespace cloche::identity
