// A record as a store outside the process keeps it: what is queried by in the open, the rest
// sealed.
#pragma once

#include "crypto/random.hpp"
#include "session/errc.hpp"
#include "session/last_used_buffer.hpp"
#include "session/record.hpp"
#include "session/refresh_fsm.hpp"
#include "session/session_keys.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cloche::session {

// The numbers are in databases, and in what is asked of them.
static_assert(static_cast<int>(session_state::live) == 0);
static_assert(static_cast<int>(session_state::suspended) == 1);
static_assert(static_cast<int>(session_state::ended) == 2);
static_assert(static_cast<int>(end_reason::unreadable) == 6);

struct session_row {
    record plain;                    ///< without tokens, user, address and agent
    std::optional<instant> work_at;  ///< session/schedule.hpp
    instant expires_at{};
    std::string sealed;  ///< session/record_codec.hpp

    session_row() = default;
};

/// What makes rows of records and records of rows.
struct row_keeper {
    const session_keys keys;
    crypto::random_source& random;
    const refresh_options options;
    last_used_buffer last_used;

    row_keeper(
        session_keys sealing, crypto::random_source& generator, const refresh_options& settings
    )
        : keys(std::move(sealing)), random(generator), options(settings) {}

    /// Sealed with the key that seals at `now`, by the clock that replicas share.
    session_row row_of(const record& session, instant now);
    /// With `last_used` as far as it is known here. A record whose key is not at hand has the keys
    /// looked at first. Errors: unreadable_record, key_missing.
    result<record_ptr> open(const session_row& row) const;
    /// Those that can be opened.
    std::vector<record_ptr> open_all(const std::vector<session_row>& rows) const;
    /// The same, but with none left out for want of its key. Errors: key_missing.
    result<std::vector<record_ptr>> open_list(const std::vector<session_row>& rows) const;
    /// The same, and only what the sweep has something to do for: what was used since it was last
    /// written is not past its time.
    std::vector<record_ptr> open_due(const std::vector<session_row>& rows, instant now) const;

private:
    result<record_ptr> try_open(const session_row& row) const;
    error missed(const session_row& row) const;
};

}  // namespace cloche::session
