#include "session/session_row.hpp"

#include "session/record_codec.hpp"
#include "session/schedule.hpp"

#include <utility>

namespace cloche::session {

session_row row_keeper::row_of(const record& session) {
    session_row row;
    row.plain = session;
    row.plain.tokens = token_set();
    row.plain.user.clear();
    row.plain.address.clear();
    row.plain.agent.clear();
    row.work_at = work_at(session, options);
    row.expires_at = expires_at(session, options);
    row.sealed = seal_private_part(session, keys, random);
    return row;
}

result<record_ptr> row_keeper::open(const session_row& row) const {
    record session = row.plain;
    const auto opened = open_private_part(row.sealed, keys, session);
    if (!opened) return opened.error();
    session.last_used = last_used.later_of(session.id, session.last_used);
    return std::make_shared<const record>(std::move(session));
}

std::vector<record_ptr> row_keeper::open_all(const std::vector<session_row>& rows) const {
    std::vector<record_ptr> found;
    for (const auto& row : rows)
        if (auto session = open(row)) found.push_back(std::move(*session));
    return found;
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
