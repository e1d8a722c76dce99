// How far another machine's clock is ahead of this one's, out of what it said and how long that
// took on the way. Any thread.
#pragma once

#include "base/clock.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace cloche::session {

class clock_offset {
public:
    /// `theirs` was read between `sent` and `received` of our clock.
    void measured(instant sent, instant theirs, instant received) noexcept {
        const auto trip = (received - sent).count();
        const auto ahead = (theirs - sent).count() - trip / 2;
        // Within what the trip leaves open, nothing new was learnt: the offset stays steady.
        const auto known = ahead_.load(std::memory_order_relaxed);
        if (trip < 0 || std::abs(ahead - known) <= trip / 2 + 1) return;
        ahead_.store(ahead, std::memory_order_relaxed);
    }
    milliseconds ahead() const noexcept {
        return milliseconds(ahead_.load(std::memory_order_relaxed));
    }

private:
    std::atomic<std::int64_t> ahead_ = 0;
};

}  // namespace cloche::session
