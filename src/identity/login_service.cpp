#include "identity/login_service.hpp"

#include "base/encoding.hpp"
#include "observability/audit.hpp"

namespace cloche::identity {
namespace {

using observability::audit;
using observability::audit_event;

/// A try that the throttle let in. Counts for nothing unless it is settled.
class admitted_try {
public:
    admitted_try(login_throttle& throttle, std::string key)
        : throttle_(throttle), key_(std::move(key)) {}
    ~admitted_try() {
        if (!settled_) throttle_.withdrawn(key_);
    }
    admitted_try(const admitted_try&) = delete;
    admitted_try& operator=(const admitted_try&) = delete;

    void failed(monotonic now) {
        throttle_.failed(key_, now);
        settled_ = true;
    }
    void succeeded() {
        throttle_.succeeded(key_);
        settled_ = true;
    }

private:
    login_throttle& throttle_;
    const std::string key_;
    bool settled_ = false;
};

/// Places that the person has signed in from count for themselves (login_throttle.hpp).
std::string throttle_key(const email_address& email, const place& from, bool familiar) {
    return familiar ? email.text() + " " + from.text() : email.text();
}

}  // namespace

refresh_token fresh_refresh_token(crypto::random_source& random) {
    return refresh_token(base64url_encode(random.bytes(32)));
}

task<outcome<token_pair>> login_service::login(login_form form, place from) {
    auto found = co_await with_.store.find_credential(form.email, from);
    if (!found) co_return refusal(found.error());
    const bool usable = *found && !(*found)->disabled;
    const auto key = throttle_key(form.email, from, *found && (*found)->familiar);
    const auto wait = with_.throttle.admit(key, with_.time.ticks());
    if (wait) {
        audit(audit_event::throttled).with("action", "password").with("place", from.text());
        co_return refusal::too_often(*wait);
    }
    admitted_try attempt(with_.throttle, key);

    std::string known_hash;
    if (usable) known_hash = (*found)->password_hash;
    auto verdict = co_await with_.hasher.compare(form.secret, known_hash);
    if (!verdict) co_return refusal(verdict.error());
    if (*verdict == password_verdict::wrong) {
        attempt.failed(with_.time.ticks());
        audit(audit_event::login_failed).with("place", from.text());
        co_return refusal(errc::bad_credentials);
    }
    attempt.succeeded();

    std::string better_hash;
    if (*verdict == password_verdict::right_but_outdated) {
        auto hashed = co_await with_.hasher.hash(form.secret);
        // Another time, if it cannot be done now: the sign-in does not hang on it.
        if (hashed) better_hash = std::move(*hashed);
    }
    auto begun = co_await begin_family(std::move(**found), std::move(from), std::move(better_hash));
    co_return begun;
}

task<outcome<token_pair>> login_service::begin_family(
    credential found, place from, std::string better_hash
) {
    const auto refresh = fresh_refresh_token(with_.random);
    const auto now = with_.time.now();
    const family_id id(base64url_encode(with_.random.bytes(16)));
    new_family family(id, found.who.id, hash_token(refresh.reveal()), now);
    family.from = std::move(from);
    family.verified_hash = std::move(found.password_hash);
    family.better_hash = std::move(better_hash);
    auto begun = co_await with_.store.begin_family(std::move(family), with_.policy);
    if (!begun) co_return refusal(begun.error());
    if (*begun == family_outcome::refused) co_return refusal(errc::bad_credentials);

    const instant absolute_end = now + with_.policy.absolute;
    const token_subject subject(found.who.id, id, found.who.role);
    auto access = with_.tokens.issue(subject, now, absolute_end, with_.random);
    if (!access) co_return refusal(access.error());
    audit(audit_event::login_succeeded).with("user", found.who.id.text());
    co_return token_pair(
        std::move(*access), refresh, idle_end_from(now, absolute_end, with_.policy)
    );
}

}  // namespace cloche::identity
