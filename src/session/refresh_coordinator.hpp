// Carries out what refresh_fsm decides, once per session, and shares the outcome.
//
// Any thread. Requests wait on their own executor; the refresh itself belongs to the coordinator
// and outlives them. The gateway's handlers call this and nothing else of `session`.
#pragma once

#include "base/clock.hpp"
#include "crypto/random.hpp"
#include "runtime/io_threads.hpp"
#include "session/auth_provider.hpp"
#include "session/end_watch.hpp"
#include "session/refresh_circuit.hpp"
#include "session/refresh_fsm.hpp"
#include "session/session_store.hpp"
#include "session/verdict.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::session {

struct session_options {
    milliseconds absolute{std::chrono::hours(24 * 30)};
    milliseconds idle{std::chrono::hours(24 * 7)};
    milliseconds cache{1'000};  ///< how long a record read is trusted without asking the store
    milliseconds sweep{1'000};  ///< how often what no request asks for is looked after
    std::size_t cached_sessions = 100'000;
    /// How often the session of a connection that stays open is looked at, should nothing be heard
    /// of its end.
    milliseconds watch{30'000};
    /// How often another process's flight is looked at, should no note of its landing come: from
    /// the first, doubled to the second.
    milliseconds poll_first{100};
    milliseconds poll_most{500};
    refresh_options refresh;
    circuit_options circuit;

    session_options() = default;
};

/// What happened, for metrics and log; called on any thread.
struct coordinator_events {
    /// What the API answered: "renewed", "refused", "not_sent", "answered", "outcome_unknown" (also
    /// for a flight whose process died); "joined": a request found a refresh on that another began;
    /// "late": the answer came after somebody else's; "lost": a refusal after an unknown outcome,
    /// the loss that an API without grace makes unavoidable; "held_back": none was made, because
    /// the API is in trouble or as many as may be were in the air.
    std::function<void(std::string_view result)> refreshed;
    std::function<void(std::string_view reason)> ended;  ///< name_of(end_reason)
    std::function<void(bool open)> breaker;
    std::function<void(bool open)> circuit;
};

class coordinator_state;

class refresh_coordinator {
public:
    refresh_coordinator(
        runtime::io_threads& threads,
        session_store& store,
        auth_provider& provider,
        const clock& time,
        crypto::random_source& random,
        session_options options,
        coordinator_events events
    );
    /// After stop(), and after the threads were stopped.
    ~refresh_coordinator();
    refresh_coordinator(const refresh_coordinator&) = delete;
    refresh_coordinator& operator=(const refresh_coordinator&) = delete;

    /// The hot path, without waiting: the record if it is in the cache, live, and its token good
    /// beyond the margin. Counts as use. Null otherwise: call `acquire`.
    record_ptr try_acquire(const id_hash& id);

    /// The newest that is known here of a session, if nothing is known of its end; null otherwise.
    /// Without waiting, and not as use: for the cookies of an answer whose request began a while
    /// ago (F7).
    record_ptr peek(const id_hash& id);

    /// Steps 0 to 4: a session with a token that is good, refreshed if need be. Counts as use.
    /// `who`: for the headers of a refresh that this request begins.
    runtime::task<verdict> acquire(id_hash id);
    runtime::task<verdict> acquire(id_hash id, caller who);

    /// Reads only: never refreshes, never counts as use (SE-4). `granted` says that the session
    /// lives; its token may be expired.
    runtime::task<verdict> look_up(id_hash id);

    /// Refreshes if it is due, joins a refresh in flight, does nothing if it is not due. A timer of
    /// a page may call it, so it does not count as use.
    runtime::task<verdict> refresh_if_due(id_hash id);
    runtime::task<verdict> refresh_if_due(id_hash id, caller who);

    /// The API answered 401 to the token of `used_generation`. Reads past the cache; a newer
    /// generation is given back, otherwise one forced refresh if the token is old enough.
    /// `access::granted` with the same generation means: nothing better is to be had, the 401 goes
    /// to the browser.
    runtime::task<verdict> refused_by_api(id_hash id, std::uint64_t used_generation);
    runtime::task<verdict> refused_by_api(id_hash id, std::uint64_t used_generation, caller who);

    struct fresh_session {
        token_set tokens;
        std::string subject;
        std::string user;
        std::string address;
        std::string agent;

        fresh_session() = default;
    };
    struct opened {
        session_id id;
        record_ptr session;
    };
    /// Step 10: a new session under a new id; then the one that the browser presented ends. Errors:
    /// store_unavailable, after which nothing has changed.
    runtime::task<result<opened>> sign_in(fresh_session what, std::optional<id_hash> presented);

    /// Step 9: the session is over for everyone when this returns; the API is told in the
    /// background. True if there was one. Errors: store_unavailable: the end is written when the
    /// store is back.
    runtime::task<result<bool>> sign_out(id_hash id, end_reason reason, caller who);

    /// The sessions of one person that are not over, newest first; suspended ones too (SE-7).
    /// Errors: store_unavailable.
    runtime::task<result<std::vector<record_ptr>>> sessions_of(std::string subject);

    /// For a connection that stays open for a session: has `over` called, once and on `executor`,
    /// when it is over, in whatever process it ended (WS-2, LO-6). Counts as no use. Stop it before
    /// what `over` needs goes away.
    std::shared_ptr<end_watch> watch_end(
        const runtime::io_executor& executor, id_hash id, std::function<void()> over
    );
    /// The client has sent something over such a connection.
    void count_use(const id_hash& id);

    /// Keeps what the API says of the user. Best effort.
    runtime::task<void> keep_user(id_hash id, std::string user, std::string subject);

    /// Repeats the orphans found at start, and starts the sweep (each second). `alone`: replicas is
    /// `one`.
    void start(bool alone);
    /// Stops sweeping, waits for refreshes in the air and for what is written behind. Not from an
    /// I/O thread, and before these are stopped.
    void stop(milliseconds at_most);
    /// One round of the sweep, which start() has done each second.
    runtime::task<void> sweep();

    /// Refreshes and revocations that are under way now.
    std::size_t in_background() const;

    const session_options& options() const noexcept;

private:
    std::shared_ptr<coordinator_state> state_;
};

}  // namespace cloche::session
