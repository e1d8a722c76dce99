// What the parts of the refresh coordinator share. For them alone.
//
//     refresh_coordinator.cpp   what requests ask: cases 0 to 4
//     refresh_run.cpp           one refresh from flight to landing: cases 4 to 8
//     session_end.cpp           cases 9 and 10
//     sweep.cpp                 what nobody asks for: orphans, repeats, revocations, expiry
#pragma once

#include "base/every.hpp"
#include "session/absent_ids.hpp"
#include "session/end_watch.hpp"
#include "session/errands.hpp"
#include "session/id_map.hpp"
#include "session/record_cache.hpp"
#include "session/refresh_calls.hpp"
#include "session/refresh_coordinator.hpp"
#include "session/refusal_breaker.hpp"
#include "session/running_refreshes.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace cloche::session {

/// Why a refresh is begun.
struct refresh_order {
    enum class cause {
        due,     ///< a request found it due
        forced,  ///< the API refused the token of `generation`
        heal,    ///< the sweep: an orphan, or an unknown outcome
    };
    cause why = cause::due;
    std::uint64_t generation = 0;
    std::optional<caller> who;  ///< nothing: nobody in particular

    refresh_order() = default;
};

class coordinator_state : public std::enable_shared_from_this<coordinator_state> {
public:
    coordinator_state(
        runtime::io_threads& on,
        session_store& keeping,
        auth_provider& api,
        const clock& clocks,
        crypto::random_source& generator,
        session_options settings,
        coordinator_events listeners
    );

    runtime::io_threads& threads;
    session_store& store;
    auth_provider& provider;
    const clock& time;
    crypto::random_source& random;
    const session_options options;
    const std::string holder;  ///< this process, new at each start
    const instant started_at;
    std::atomic<bool> alone = false;

    record_cache cache;
    absent_ids absent;
    running_refreshes running;
    end_watches watches;
    refresh_calls calls;
    errands background;
    id_map<end_reason>
        unwritten_ends;  ///< signed out while the store was away: over for this process already
    id_map<bool> being_told;  ///< sessions whose end the API is being told of
    id_map<bool> calling;     ///< sessions whose refresh the API was asked for and has not landed

    // The sweep's own.
    std::atomic<bool> orphans_waiting =
        false;  ///< what was in the air at start has not been looked at
    std::atomic<bool> revival_waiting =
        false;  ///< the breaker has opened, and nobody has been revived yet
    every<instant> flushes;
    every<instant> purges;

    /// The record, from the cache if it is fresh there. Errors: those of the store.
    runtime::task<result<record_ptr>> read(id_hash id);
    /// The record as it is in the store now.
    runtime::task<result<record_ptr>> load(id_hash id);
    /// Swaps it in; the cache has the outcome before the caller.
    runtime::task<result<record_ptr>> swap(record next);
    /// Has the cache know of a record that was just created or swapped in (no ticket), or loaded
    /// under a ticket.
    void remember(record_ptr session, std::optional<record_cache::ticket> taken);
    /// The store could not take the end of a session: it is over for this process, and written when
    /// the store is back.
    void end_later(const id_hash& id, end_reason reason);

    /// Joins the refresh that is on, or begins one.
    std::shared_ptr<refresh_run> refresh(const id_hash& id, refresh_order order);

    /// Runs `work` to its end on an I/O thread, whoever goes away meanwhile.
    void in_background(runtime::task<void> work);

    /// It has a flight of this process whose call was never made: the store took it, and its answer
    /// was lost.
    bool is_uncalled(const record& session) const;
    /// It has a flight of a process that was alone, and was there before this one: surely gone.
    bool is_abandoned(const record& session) const;
    /// A flight that nobody will bring home.
    bool is_orphan(const record& session, instant now) const;

    /// Counts a verdict of the API. True: the breaker is open.
    bool note_verdict(const record& session, bool refused);
    bool breaker_is_open();
    void tick_breaker();

    double jitter();  ///< in [0, 1)
    caller nobody();  ///< for calls that no request stands behind
    void refreshed(std::string_view what) const;
    void ended(end_reason reason) const;

private:
    void breaker_moved(bool open);
    void circuit_moved(bool open) const;

    const coordinator_events events_;
    std::mutex breaker_mutex_;
    refusal_breaker breaker_;
};

using state_ptr = std::shared_ptr<coordinator_state>;

/// As refresh_coordinator::look_up.
runtime::task<verdict> look_up(state_ptr state, id_hash id);

/// Calls to the API to tell it of ended sessions; the others wait for the sweep. An API that comes
/// back after a long time away is not to be flooded.
inline constexpr std::size_t told_at_once = 64;

/// What a request gets when nothing is left to be done for it.
verdict verdict_of(record_ptr session, instant now, const refresh_options& options);
verdict verdict_of(const error& store_failure);
seconds whole_seconds(milliseconds pause);

/// Carries one refresh out and finishes `run`. (refresh_run.cpp)
runtime::task<void> carry_out(
    state_ptr state, id_hash id, std::shared_ptr<refresh_run> run, refresh_order order
);

/// Ends the session as it is in the store now, if it still is to be ended: `reason` none stands for
/// whatever the record says of idle and absolute expiry. True: it was live, or suspended.
/// (session_end.cpp)
runtime::task<result<bool>> end_session(
    state_ptr state, id_hash id, end_reason reason, std::optional<caller> who
);
/// Tells the API of a tombstone with a revocation due, and notes that it knows.
runtime::task<void> tell_api(state_ptr state, record_ptr tombstone, std::optional<caller> who);
/// Whether a record says so of the user already; an empty subject: nothing is known of it.
bool knows_user(const record& session, std::string_view user, std::string_view subject);
/// Keeps what the API says of the user, where that has changed. Best effort.
runtime::task<void> write_user(state_ptr state, id_hash id, std::string user, std::string subject);

/// Writes the ends that the store did not take when they came, as far as it takes them now.
/// (sweep.cpp)
runtime::task<void> write_ends(state_ptr state);
/// One round of the sweep.
runtime::task<void> sweep_once(state_ptr state);

}  // namespace cloche::session
