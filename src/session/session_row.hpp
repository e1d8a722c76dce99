// A record as a store outside the process keeps it: what is queried by in the open, the rest
// sealed.
#pragma once

#include "crypto/key_ring.hpp"
#include "crypto/random.hpp"
#include "session/errc.hpp"
#include "session/last_used_buffer.hpp"
#include "session/record.hpp"
#include "session/refresh_fsm.hpp"

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
    const crypto::key_ring keys;
    crypto::random_source& random;
    const refresh_options options;
    last_used_buffer last_used;

    row_keeper(
        crypto::key_ring ring, crypto::random_source& generator, const refresh_options& settings
    )
        : keys(std::move(ring)), random(generator), options(settings) {}

    session_row row_of(const record& session);
    /// With `last_used` as far as it is known here. Errors: unreadable_record.
    result<record_ptr> open(const session_row& row) const;
    /// Those that can be opened.
    std::vector<record_ptr> open_all(const std::vector<session_row>& rows) const;
    /// The same, and only what the sweep has something to do for: what was used since it was last
    /// written is not past its time.
    std::vector<record_ptr> open_due(const std::vector<session_row>& rows, instant now) const;
};

}  // namespace cloche::session
