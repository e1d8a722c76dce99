// What to do next for one session: decisions only. Owns no socket, clock or store.
//
// The cases are numbered as in docs/sessions.md. `refresh_coordinator` carries the decisions out.
#pragma once

#include "session/auth_provider.hpp"
#include "session/record.hpp"

#include <chrono>

namespace cloche::session {

struct refresh_options {
    milliseconds margin{30'000};        ///< refreshed when less is left; a fifth of the life if that is shorter
    milliseconds timeout{6'000};        ///< of the call to the API
    milliseconds wait{5'000};           ///< how long a request waits for a refresh before it is answered 503
    milliseconds lease_extra{1'000};    ///< lease = timeout + this
    milliseconds heal_for{60'000};      ///< how long an unknown outcome is repeated without being asked
    milliseconds tombstone{600'000};    ///< how long an ended or suspended session is remembered
    milliseconds backoff_first{1'000};
    milliseconds backoff_most{30'000};
    milliseconds heal_first{500};       ///< first repeat of an unknown outcome

    refresh_options() = default;
};

/// What a request with this session does.
enum class action {
    proceed,             ///< 1: the token is good
    proceed_and_refresh, ///< 2: good still, a refresh is due: start one in the background
    await,               ///< 3: expired, a refresh is on: wait for it
    refresh,             ///< 4: expired, nobody at it: start one and wait
    unavailable,         ///< 4: expired, the retry is not due: 503 with Retry-After
    end,                 ///< 0: past idle or absolute expiry, or nothing left to refresh with
    ended,               ///< 0: ended or suspended: 401 session_ended
};

struct decision {
    action what = action::proceed;
    end_reason reason = end_reason::none;  ///< with `end`
    milliseconds retry_in{0};              ///< with `unavailable`

    decision() = default;
};

/// Cases 0 to 4. `now` is on the store's clock.
decision decide(const record& session, instant now, const refresh_options& options);

/// When the token should be refreshed: for `refresh_in`. Nothing: unknown life, or nothing to refresh with.
std::optional<instant> refresh_due_at(const record& session, const refresh_options& options);
/// When the session ends if nobody uses it, and at the latest.
instant idle_until(const record& session);
instant ends_at(const record& session);

/// Case 4: the record with a flight for `holder`.
record with_flight(const record& session, std::string holder, instant now, const refresh_options& options);

/// What becomes of the flight's answer.
enum class landing {
    commit,        ///< 6: keep the new tokens
    revoke_new,    ///< 6: the session has ended meanwhile: revoke what came
    keep_retry,    ///< 7: passing: flight cleared, retry set
    suspend,       ///< 8: final, and it counts
    use_newer,     ///< 8: final or passing, but someone else has refreshed meanwhile: nothing to do
    wait_others,   ///< 8: final, but an earlier flight of this generation may still land: wait, then read again
};

/// Cases 6 to 8. `current` is the record as it is now, `mine` the flight as it was put on record, with the
/// generation it was for. `jitter` in [0, 1) spreads the retries.
struct landed {
    landing what = landing::use_newer;
    record next;              ///< with commit, keep_retry, suspend: to be swapped in
    milliseconds wait{0};     ///< with wait_others
};
landed land(
    const record& current, const flight& mine, std::uint64_t generation, const refresh_answer& answer, instant now,
    double jitter, bool breaker_open, const refresh_options& options);

/// Case 7: a flight whose lease is past (or an orphan at start): the record with its outcome unknown.
record without_orphan(const record& session, instant now);

/// Whether the sweep repeats this session's refresh now (case 7).
bool sweep_wants(const record& session, instant now, const refresh_options& options);

/// Case 9: the tombstone. `tell_api`: whether the API has still to be told.
record ended(const record& session, end_reason reason, instant now, bool tell_api);

}  // namespace cloche::session
