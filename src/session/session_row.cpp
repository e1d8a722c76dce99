#include "session/session_row.hpp"

#include "session/record_codec.hpp"
#include "session/schedule.hpp"

#include <utility>

namespace cloche::session {

session_row row_keeper::row_of(const record& session, instant now) {
    session_row row;
    row.plain = session;
    row.plain.tokens = token_set();
    row.plain.user.clear();
    row.plain.address.clear();
    row.plain.agent.clear();
    row.work_at = work_at(session, options);
    row.expires_at = expires_at(session, options);
    row.sealed = seal_private_part(session, *keys.ring(), now, random);
    return row;
}

result<record_ptr> row_keeper::open(const session_row& row) const {
    auto opened = try_open(row);
    if (!opened && opened.error() == errc::key_missing) return missed(row);
    return opened;
}

result<record_ptr> row_keeper::try_open(const session_row& row) const {
    record session = row.plain;
    auto ring = keys.ring();
    auto opened = open_private_part(row.sealed, *ring, session);
    if (!opened && opened.error() == errc::key_missing) {
        // Another replica may have begun to seal with a key that came into the file just now.
        keys.look();
        if (const auto newer = keys.ring(); newer != ring)
            opened = open_private_part(row.sealed, *newer, session);
    }
    if (!opened) return opened.error();
    session.last_used = last_used.later_of(session.id, session.last_used);
    return std::make_shared<const record>(std::move(session));
}

std::vector<record_ptr> row_keeper::open_all(const std::vector<session_row>& rows) const {
    std::vector<record_ptr> found;
    for (const auto& row : rows)
        if (auto session = try_open(row)) found.push_back(std::move(*session));
    return found;
}

result<std::vector<record_ptr>> row_keeper::open_list(const std::vector<session_row>& rows) const {
    std::vector<record_ptr> found;
    for (const auto& row : rows) {
        auto session = try_open(row);
        if (session) {
            found.push_back(std::move(*session));
        } else if (session.error() == errc::key_missing) {
            return missed(row);
        }
    }
    return found;
}

error row_keeper::missed(const session_row& row) const {
    const auto key = crypto::key_ring::id_in(row.sealed);
    keys.missed(key.value_or("none"), log_tag(row.plain.id));
    return make_error_code(errc::key_missing);
}

std::vector<record_ptr> row_keeper::open_due(const std::vector<session_row>& rows, instant now)
    const {
    std::vector<record_ptr> found = open_all(rows);
    std::erase_if(found, [&](const record_ptr& session) {
        return chore_of(*session, now, options) == chore::none;
    });
    return found;
}

}  // namespace cloche::session
