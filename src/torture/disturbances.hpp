// What was done to the gateway and its store, and when: what a repeated refresh may be excused by.
// Any thread.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <mutex>
#include <vector>

namespace cloche::torture {

enum class disturbance {
    kill,    ///< of one replica
    pause,   ///< of one replica
    outage,  ///< of the store, for every replica
    late,    ///< of the run itself, whose API then answers everybody too late
};

class disturbances {
public:
    /// Of the replica with that index (0 where it befalls all) from now on; gives the number that
    /// ends it.
    std::size_t begin(disturbance what, std::size_t replica, monotonic at);
    void end(std::size_t number, monotonic at);

    /// Whether that replica was killed, paused, without its store, or answered too late at any time
    /// from `from` to `to`.
    bool befell(std::size_t replica, monotonic from, monotonic to) const;
    /// Whether it was paused then.
    bool paused(std::size_t replica, monotonic from, monotonic to) const;

private:
    struct interval {
        disturbance what;
        std::size_t replica;
        monotonic from;
        monotonic to;
    };
    template <class Condition>
    bool any(monotonic from, monotonic to, Condition is_meant) const;

    mutable std::mutex mutex_;
    std::vector<interval> all_;
};

}  // namespace cloche::torture
