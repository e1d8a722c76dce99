// What follows a sign-in: new tokens for old, who is signed in, and the end. From any I/O thread.
#pragma once

#include "identity/login_service.hpp"
#include "observability/metrics.hpp"

#include <optional>

namespace cloche::identity {

class refresh_service {
public:
    /// What it works with; all of it outlives the service.
    struct parts {
        identity_store& store;
        const access_tokens& tokens;
        const clock& time;
        crypto::random_source& random;
        refresh_policy policy;
        observability::metrics& metrics;
    };
    explicit refresh_service(parts with);

    /// Spends the token (refresh_family.hpp). Refusals: bad_refresh_token, those of `db`.
    task<outcome<token_pair>> refresh(refresh_token presented);

    /// Whose access token it is. Refusals: bad_access_token, also where the session was ended
    /// before the token's time; those of `db`.
    task<outcome<user>> who_is(access_token presented);

    /// What a client can show to have its session ended; either is enough.
    struct proof {
        std::optional<refresh_token> refresh;
        std::optional<access_token> access;  ///< may have expired

        proof() = default;
    };
    struct done {};
    /// Ends the families that the tokens belong to. No token, or a dead one, is no failure (LO-1).
    /// Refusals: those of `db`.
    task<outcome<done>> logout(proof presented);

private:
    std::optional<refresh_token> successor_of(
        const rotation& rotated, const refresh_token& presented, const refresh_token& fresh
    ) const;
    observability::counter& counter_of(refresh_step step);

    parts with_;
    std::vector<observability::counter> steps_;  ///< by refresh_step
};

}  // namespace cloche::identity
