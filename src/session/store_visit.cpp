#include "session/store_visit.hpp"

#include "session/ending.hpp"

#include <utility>

namespace cloche::session {

using runtime::task;

task<result<std::vector<record_ptr>>> sessions_in_store(
    session_store& store, const clock& time, std::string subject, refresh_options options
) {
    auto found = co_await store.list_by_subject(std::move(subject));
    if (!found) co_return found;
    const instant now = time.now();
    std::erase_if(*found, [&](const record_ptr& session) {
        return reason_in(*session, now, options) != end_reason::none;
    });
    co_return found;
}

task<result<bool>> end_in_store(session_store& store, const clock& time, id_hash id) {
    for (;;) {
        const auto loaded = co_await store.load(id);
        if (!loaded) co_return result<bool>(boost::system::in_place_error, loaded.error());
        const record_ptr& current = *loaded;
        if (!current || current->state == session_state::ended) co_return false;
        record tombstone = tombstone_of(*current, end_reason::signed_out, time.now());
        const auto swapped = co_await store.compare_and_swap(std::move(tombstone));
        if (swapped) co_return true;
        // A gateway was at it too: its refresh, or its own end of the session.
        if (swapped.error() == errc::conflict) continue;
        co_return result<bool>(boost::system::in_place_error, swapped.error());
    }
}

}  // namespace cloche::session
