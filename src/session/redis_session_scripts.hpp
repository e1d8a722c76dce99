// The changes that the Redis session store makes, as scripts that the server runs: each changes a
// record and all indexes of it at once. And the names of its keys.
//
//     PREFIX s:<id>      hash: the columns of a session row, those that are null left out
//     PREFIX work        by work_at: what the sweep has to do
//     PREFIX expires     by expires_at: what has not ended
//     PREFIX purge       by the time from which the record is forgotten: every record
//     PREFIX flying      what has a flight
//     PREFIX suspended   what is suspended
//     PREFIX u:<subject> by the time of sign-in: what of this person has not ended
//     PREFIX changes     channel: <process>:<id> of each change
//
// All but the first and the last are sorted sets of ids; an id is written in hex.
#pragma once

#include <string>
#include <string_view>

namespace cloche::session {

struct redis_script {
    std::string text;
    std::string digest;  ///< what the server calls it; from SCRIPT LOAD

    explicit redis_script(std::string_view words) : text(words) {}
};

struct redis_session_scripts {
    /// Puts a row where the stored version is the one expected (0: there is none).
    /// Arguments: prefix, id, version, process, slack, how many columns, name and value of each,
    /// names of those that are null. Gives 1, last_used, the number of the living; or 0.
    redis_script put;
    /// Raises `last_used`, which moves the expiry of what is live. Arguments: prefix, slack, then
    /// id and time of each.
    redis_script use;
    /// Forgets what is to be forgotten. Arguments: prefix, time, how many at most. Gives how many,
    /// and the number of the living.
    redis_script purge;

    redis_session_scripts();
};

}  // namespace cloche::session
