// How many refreshes are asked of the API at once, and when none is: an API in trouble is left
// alone, and one that comes back is not trampled. A circuit breaker with a limit of calls in the
// air that grows back from one.
//
// Decides only; the time is a parameter. One for the process, not for several threads at once:
// `refresh_calls` is what several threads use.
#pragma once

#include "base/clock.hpp"
#include "session/record.hpp"

#include <cstddef>
#include <vector>

namespace cloche::session {

struct circuit_options {
    /// Calls in the air at most.
    std::size_t concurrency = 64;
    /// So many different sessions, one after the other and none served between them, open it. One
    /// session that always fails has its own pauses, and is nobody else's trouble.
    std::size_t failures = 5;
    /// How long it is open at first; doubled with each probe that fails. Short of the grace that
    /// APIs have, so that what can be healed is.
    milliseconds pause_first{500};
    milliseconds pause_most{4'000};
};

class refresh_circuit {
public:
    explicit refresh_circuit(const circuit_options& options);

    enum class entry {
        go,    ///< a call may be made; its end is told by leave()
        wait,  ///< as many as may be are in the air
        open,  ///< none is to be made for open_for()
    };
    entry enter(monotonic now);
    /// How long still nobody may call.
    milliseconds open_for(monotonic now) const;

    enum class outcome {
        served,    ///< a verdict, whichever
        troubled,  ///< no verdict: not reached, timed out, 5xx, 429, unreadable
        unsaid,    ///< the call was not made
    };
    /// `jitter` in [0, 1) spreads the pauses. True: it has opened, or closed again altogether.
    bool leave(const id_hash& session, outcome what, monotonic now, double jitter);

    /// Open, or half open: the limit has not grown back yet.
    bool is_tripped() const noexcept { return tripped_; }

private:
    bool after_service();
    bool after_trouble(const id_hash& session, monotonic now, double jitter);
    void trip(monotonic now, double jitter);

    circuit_options options_;
    std::size_t in_air_ = 0;
    std::size_t limit_;
    bool tripped_ = false;
    unsigned pauses_ = 0;  ///< since a call was served
    monotonic open_until_{};
    std::vector<id_hash> failing_;  ///< sessions that were not served, since one was
};

}  // namespace cloche::session
