// What nobody asks for: cases 7 and 9 of docs/sessions.md, and the housekeeping.
#include "observability/log.hpp"
#include "session/coordinator_state.hpp"
#include "session/schedule.hpp"

#include <algorithm>
#include <utility>

namespace cloche::session {
namespace {

using observability::level;
using observability::log_line;
using runtime::task;

/// What one round takes on.
constexpr std::size_t chores_a_round = 256;

refresh_order healing() {
    refresh_order order;
    order.why = refresh_order::cause::heal;
    return order;
}

/// Case 7, at start: what died with the process before.
task<bool> repeat_orphans(state_ptr state) {
    auto found = co_await state->store.in_flight();
    if (!found) co_return false;
    const instant now = state->time.now();
    std::size_t orphans = 0;
    for (const auto& session : *found) {
        if (session->state != session_state::live || !state->is_orphan(*session, now)) continue;
        ++orphans;
        state->refresh(session->id, healing());
    }
    if (orphans > 0)
        log_line(level::warn, "orphaned_refreshes_found")
            .with("count", static_cast<std::uint64_t>(orphans));
    co_return true;
}

}  // namespace

task<void> write_ends(state_ptr state) {
    const auto waiting = state->unwritten_ends.all();
    for (const auto& [id, reason] : waiting) {
        const id_hash which = id;
        const end_reason why = reason;
        const auto written = co_await end_session(state, which, why, std::nullopt);
        if (!written && written.error() == errc::store_unavailable) co_return;
        // What is not there, or has ended otherwise, has nothing left to write either. What cannot
        // be read stays over.
        if (written) state->unwritten_ends.remove(which);
    }
}

namespace {

task<void> do_chores(state_ptr state) {
    const instant now = state->time.now();
    auto due = co_await state->store.due(now, chores_a_round);
    if (!due) co_return;
    for (std::size_t index = 0; index < due->size(); ++index) {
        const record_ptr session = (*due)[index];
        switch (chore_of(*session, state->time.now(), state->options.refresh)) {
            case chore::refresh:
                if (!state->calls.is_open()) state->refresh(session->id, healing());
                break;
            case chore::tell:
                if (state->being_told.size() < told_at_once)
                    state->in_background(tell_api(state, session, std::nullopt));
                break;
            case chore::end: {
                const id_hash id = session->id;
                co_await end_session(state, id, end_reason::none, std::nullopt);
                break;
            }
            case chore::none:
                break;
        }
    }
}

/// What is done less often than each round.
task<void> keep_house(state_ptr state) {
    const instant now = state->time.now();
    if (state->flushes.is_due(now)) co_await state->store.flush();
    if (!state->purges.is_due(now)) co_return;
    const auto gone = co_await state->store.purge(now);
    if (gone && *gone > 0)
        log_line(level::debug, "sessions_purged").with("count", static_cast<std::uint64_t>(*gone));
}

/// Every suspended session is live again.
task<void> revive_suspended(state_ptr state) {
    auto found = co_await state->store.suspended();
    if (!found) {
        state->revival_waiting = true;
        co_return;
    }
    for (std::size_t index = 0; index < found->size(); ++index) {
        record next =
            revived(*(*found)[index], state->time.now(), state->jitter(), state->options.refresh);
        // Whoever was faster has revived or ended it.
        co_await state->swap(std::move(next));
    }
    if (!found->empty())
        log_line(level::info, "suspended_sessions_revived")
            .with("count", static_cast<std::uint64_t>(found->size()));
}

}  // namespace

task<void> sweep_once(state_ptr state) {
    if (state->orphans_waiting.exchange(false)) {
        const bool found = co_await repeat_orphans(state);
        if (!found) state->orphans_waiting = true;
    }
    // Those whose refusal was landing while the breaker opened are suspended after it: whoever is,
    // while it is open, is revived.
    const bool due = state->revival_waiting.exchange(false);
    if (due || state->breaker_is_open()) co_await revive_suspended(state);
    co_await write_ends(state);
    co_await do_chores(state);
    co_await keep_house(state);
    state->tick_breaker();
}

}  // namespace cloche::session
