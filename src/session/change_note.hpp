// What one process tells the others of a change: whose it is, and of which record. Pure.
#pragma once

#include "session/record.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cloche::session {

/// `<origin>:<id>`, the id in hex. `origin`: the process, random and new at each start.
std::string change_note(std::string_view origin, const id_hash& id);

/// The record that another process than `own` has changed. Nothing if it is one's own note, or none
/// at all: anybody may say something on a channel.
std::optional<id_hash> changed_by_another(std::string_view note, std::string_view own);

}  // namespace cloche::session
