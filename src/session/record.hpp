// The session record: everything there is to know of one session, changed only by compare-and-swap
// on its version.
//
// The browser holds an opaque id and nothing else counts
// (docs/decisions/0001-one-record-no-sealed-mode.md).
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cloche::session {

/// What the cookie holds: 256 random bits in base64url. Only its hash is stored (SE-1).
using session_id = secret<struct session_id_tag>;

/// SHA-256 of a session id.
struct id_hash {
    std::array<unsigned char, 32> bytes{};
    friend bool operator==(const id_hash&, const id_hash&) = default;
    friend auto operator<=>(const id_hash&, const id_hash&) = default;
};
inline std::string_view bytes_of(const id_hash& id) noexcept {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}
struct id_hash_hasher {
    std::size_t operator()(const id_hash& id) const noexcept;
};
id_hash hash_of(std::string_view presented_id);
/// Eight hex digits of a hash of it: how logs name a session (LG-2). The same in every process.
std::string log_tag(const id_hash& id);

/// What the API gave: an access token and, mostly, a refresh token.
struct token_set {
    access_token access;
    instant sent_at{};  ///< just before the request that brought it was sent
    /// Of the access token, from sent_at. Nothing: unknown, refreshed after a 401 only.
    std::optional<milliseconds> life;
    refresh_token refresh;  ///< empty: there is none, the session ends with the access token
    std::optional<instant> refresh_expires;  ///< if the API said

    token_set() = default;
};

/// A refresh that is on its way: on record before the call is made.
struct flight {
    std::string holder;       ///< the process (random, new at each start)
    std::uint64_t fence = 0;  ///< one higher than any before on this record
    instant since{};
    instant lease_until{};  ///< refresh.timeout + 1 s, given once

    flight() = default;
};

/// After a refresh that failed in passing.
struct retry {
    instant not_before{};
    unsigned attempts = 0;
    /// The API may have spent the token: repeated soon, for its grace.
    std::optional<instant> outcome_unknown_since;

    retry() = default;
};

enum class session_state { live, suspended, ended };

enum class end_reason {
    none,
    signed_out,  ///< by the person
    replaced,    ///< by a sign-in in the same browser
    idle,
    absolute,
    refused,     ///< the API refused the grant
    unreadable,  ///< its tokens cannot be opened any more
};
std::string_view name_of(end_reason reason) noexcept;

struct record {
    id_hash id;
    std::string subject;  ///< whose session; may be empty when the API does not say
    std::string user;     ///< JSON object for `GET /api/auth/session`, or empty
    std::string address;  ///< at sign-in
    std::string agent;    ///< User-Agent at sign-in, 256 bytes at most
    instant made{};
    instant absolute_until{};
    milliseconds idle{};  ///< how long it may be unused
    token_set tokens;
    std::uint64_t generation = 0;  ///< how many refreshes
    std::uint64_t last_fence = 0;  ///< the highest fence given out
    std::optional<flight> in_flight;
    std::optional<instant>
        earlier_until;  ///< a flight that another took over may still land until then
    std::optional<retry> after_failure;  ///< of a refresh; of an ended session: of telling the API
    session_state state = session_state::live;
    end_reason reason = end_reason::none;
    std::optional<instant> ended_at;  ///< or suspended at
    bool revocation_due = false;      ///< the API has still to be told
    std::uint64_t version = 0;        ///< raised by the store at each swap
    instant last_used{};              ///< beside the version: a maximum, written behind

    record() = default;
};

using record_ptr = std::shared_ptr<const record>;

}  // namespace cloche::session
