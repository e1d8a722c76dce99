// Rotation and reuse of refresh tokens: what to do with one that was presented. Pure: decisions
// only.
//
// A family is the chain of refresh tokens that began with one sign-in. Only its newest token is
// good (RA-2). A token that was spent comes back for one of two reasons: the answer that carried
// its successor was lost, or it was stolen. So for a short grace the *direct* predecessor, and
// nothing older, gets the *same* successor again (RA-3); any other return ends the whole family
// (RA-4, RFC 9700 section 4.14.2).
//
// Tokens are known by their hashes alone. For the grace, the successor is kept sealed under a key
// that only the predecessor itself gives (seal_successor), so that a copy of the database gives no
// token away.
//
// Called by the identity store, inside the write transaction that carries the decision out.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "crypto/random.hpp"
#include "identity/types.hpp"

#include <optional>
#include <string>

namespace cloche::identity {

/// How long families and their tokens live.
struct refresh_policy {
    seconds absolute{30 * 24 * 3600};  ///< from sign-in; rotation cannot extend it (RA-5)
    seconds idle{7 * 24 * 3600};       ///< from the last rotation
    seconds grace{10};  ///< 0 to 60; 0: every return of a spent token ends the family
};

/// What is known of a family when a token of its chain is presented.
struct family_state {
    token_hash current{};                   ///< the newest token
    std::optional<token_hash> predecessor;  ///< the one that `current` was given for
    instant rotated;                        ///< when that happened; of the first token: sign-in
    instant absolute_end;
    instant idle_end;
    bool revoked = false;
};

enum class refresh_step {
    rotate,            ///< spend it: a new token becomes the current one
    repeat_successor,  ///< the direct predecessor within its grace: the same successor once more
    revoke_family,     ///< a spent token came back: end everything that came from this sign-in
    expired,           ///< past the absolute or the idle end
    revoked,           ///< the family had ended before
    unknown,           ///< no token of ours
};

/// `family`: the one that `presented` belongs or belonged to; nothing if there is none.
refresh_step decide_refresh(
    const std::optional<family_state>& family,
    const token_hash& presented,
    instant now,
    const refresh_policy& policy
);

/// The idle end of a family that is used at `now`: never beyond its absolute end.
instant idle_end_from(instant now, instant absolute_end, const refresh_policy& policy);

/// `successor`, for whoever can present `predecessor`.
std::string seal_successor(
    const refresh_token& predecessor, const refresh_token& successor, crypto::random_source& random
);
/// Nothing if `sealed` was not made for `predecessor`.
std::optional<refresh_token> open_successor(
    const refresh_token& predecessor, std::string_view sealed
);

}  // namespace cloche::identity
