// When a session record needs something done that no request asks for. Pure: for the stores, which
// index their records by it, and for the sweep, which does it.
#pragma once

#include "session/record.hpp"
#include "session/refresh_fsm.hpp"

#include <optional>

namespace cloche::session {

/// What the sweep does with a record.
enum class chore {
    none,
    refresh,  ///< case 7: its flight is an orphan, or the repeat of an unknown outcome is due
    end,      ///< case 0: past its time, or suspended for long enough
    tell,     ///< case 9: the API has still to be told
};
chore chore_of(const record& session, instant now, const refresh_options& options);

/// The earliest time at which `chore_of` gives refresh or tell. Nothing: not before the record
/// changes.
std::optional<instant> work_at(const record& session, const refresh_options& options);

/// The time from which a live session is past its idle or absolute limit, a suspended one is to be
/// ended, and a tombstone has been kept for long enough.
instant expires_at(const record& session, const refresh_options& options);

/// What nobody could end (its tokens cannot be read) or tell the API of is kept this much longer.
inline constexpr milliseconds purge_slack{std::chrono::hours(48)};

/// Whether a store forgets the record.
bool is_purgeable(const record& session, instant now, const refresh_options& options);

}  // namespace cloche::session
