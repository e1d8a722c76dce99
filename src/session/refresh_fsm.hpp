// What to do next for one session: decisions only. Owns no socket, clock or store.
//
// The cases are numbered as in docs/sessions.md. `refresh_coordinator` carries the decisions out.
#pragma once

#include "session/auth_provider.hpp"
#include "session/record.hpp"

#include <chrono>

namespace cloche::session {

struct refresh_options {
    /// Refreshed when less is left; a fifth of the life if that is shorter.
    milliseconds margin{30'000};
    /// Up to so much earlier still, or a tenth of the life if that is shorter, by session and
    /// generation: those that began together are not refreshed together.
    milliseconds spread{300'000};
    /// Of the call to the API.
    milliseconds timeout{6'000};
    /// How long a request waits for a refresh before it is answered 503.
    milliseconds wait{5'000};
    /// The lease is `timeout` and this: what putting it on record may take.
    milliseconds lease_extra{1'000};
    /// How long an unknown outcome is repeated without being asked: the longest grace of an API.
    milliseconds heal_for{60'000};
    /// How long an ended or suspended session is remembered.
    milliseconds tombstone{600'000};
    milliseconds backoff_first{1'000};
    milliseconds backoff_most{30'000};
    /// First repeat of an unknown outcome.
    milliseconds heal_first{500};
    /// An API that asks for a longer pause gets this one.
    milliseconds retry_after_most{300'000};
    /// An access token that the API refuses is replaced when it is older than this, or than half
    /// its life if that is shorter.
    milliseconds force_after{30'000};
    /// How long the API is told again of an end that it did not take.
    milliseconds tell_for{86'400'000};
};

/// What a request with this session does.
enum class action {
    proceed,              ///< 1: the token is good
    proceed_and_refresh,  ///< 2: good still, a refresh is due: start one in the background
    await,                ///< 3: expired, a refresh is on: wait for it
    refresh,              ///< 4: expired, nobody at it: start one and wait
    unavailable,          ///< 4: expired, the retry is not due: 503 with Retry-After
    end,                  ///< 0: past idle or absolute expiry, or nothing left to refresh with
    ended,                ///< 0: ended or suspended: 401 session_ended
};

struct decision {
    action what = action::proceed;
    end_reason reason = end_reason::none;  ///< with `end`
    milliseconds retry_in{0};              ///< with `unavailable`
};

/// Cases 0 to 4. `now` is on the store's clock.
decision decide(const record& session, instant now, const refresh_options& options);

/// A refresh of this session is on: its lease is not past. One from beyond our own time is of
/// before a clock was put back, and does not count.
bool is_flying(const record& session, instant now, const refresh_options& options);
/// There is a refresh token, and it is not past the expiry the API named.
bool can_refresh(const record& session, instant now);
/// How long the access token can be used, from `sent_at`: not beyond a refresh token that ends
/// before it (SE-9), so that the refresh comes while there is one to spend. Nothing: unknown (or
/// nonsense).
std::optional<milliseconds> life_of(const token_set& tokens);
/// Whether an access token that the API refused is old enough for the refusal to be worth a
/// refresh: a token just made that is refused would be refused again, and every request would cost
/// a refresh.
bool is_worth_forcing(const record& session, instant now, const refresh_options& options);

/// From when on a refresh is made beside the requests (case 2): the margin, and this session's part
/// of the spread, before expiry. Nothing: unknown life.
std::optional<instant> early_refresh_at(const record& session, const refresh_options& options);
/// When the token should be refreshed: for `refresh_in`. Nothing: unknown life, or nothing to
/// refresh with.
std::optional<instant> refresh_due_at(const record& session, const refresh_options& options);
/// When the session ends if nobody uses it, and at the latest as far as is known now: a refresh may
/// bring a refresh token that lives longer.
instant idle_until(const record& session);
instant ends_at(const record& session);

/// Case 4: the record with a flight for `holder`. A flight that is there already is taken over, its
/// outcome unknown.
record with_flight(
    const record& session, std::string holder, instant now, const refresh_options& options
);

/// What becomes of the flight's answer.
enum class landing {
    commit,       ///< 6: keep the new tokens
    revoke_new,   ///< 6: the session has ended meanwhile: the API is to be told of what came
    keep_retry,   ///< 7: passing: flight cleared, retry set
    suspend,      ///< 8: final, and it counts
    use_newer,    ///< 8: final or passing, but someone else has refreshed meanwhile: nothing to do
    wait_others,  ///< 8: final, but an earlier flight may still land: wait, then read again
};

/// Cases 6 to 8. `current` is the record as it is now, `mine` the flight as it was put on record,
/// with the generation it was for. `jitter` in [0, 1) spreads the retries.
struct landed {
    landing what = landing::use_newer;
    record next;           ///< with commit, revoke_new, keep_retry, suspend: to be swapped in
    milliseconds wait{0};  ///< with wait_others
};
landed land(
    const record& current,
    const flight& mine,
    std::uint64_t generation,
    const refresh_answer& answer,
    instant now,
    double jitter,
    bool breaker_open,
    const refresh_options& options
);

/// Case 7: a flight whose lease is past (or an orphan at start): the record with its outcome
/// unknown.
record without_orphan(const record& session, instant now);
/// The same where its holder is surely gone: nothing can land any more, and a refusal counts at
/// once.
record without_dead(const record& session, instant now);

/// Case 4: the flight was put on record and the call was not made, the lease no longer covering it:
/// the record without it, to be tried again at once.
record without_flight(const record& session);

/// How long the next attempt has still to wait (cases 4 and 7). Nothing: it may be made.
std::optional<milliseconds> pause_left(
    const record& session, instant now, const refresh_options& options
);

/// Whether the sweep repeats this session's refresh now (case 7).
bool sweep_wants(const record& session, instant now, const refresh_options& options);

/// Case 8: a suspended session is live again, to be retried: the refusals were the deployment's
/// fault.
record revived(const record& session, instant now, double jitter, const refresh_options& options);

/// Case 9: the tombstone. `tell_api`: whether the API has still to be told. Keeps nothing that is
/// not needed for that.
record ended(const record& session, end_reason reason, instant now, bool tell_api);
/// The tombstone once the API knows, or will never know.
record told(const record& tombstone);
/// The tombstone after the API could not be told. After `tell_for` it is given up: then
/// `revocation_due` is false.
record told_in_vain(
    const record& tombstone, instant now, double jitter, const refresh_options& options
);

/// The pause before attempt `attempts` + 1: doubling from `first` to `most`, cut by up to a half.
milliseconds backoff(unsigned attempts, milliseconds first, milliseconds most, double jitter);

}  // namespace cloche::session
