// Something that is done every so often, by whoever asks first. Any thread.
#pragma once

#include <atomic>

namespace cloche {

/// `Time`: a point on the clock that it goes by.
template <class Time>
class every {
public:
    explicit every(typename Time::duration period) noexcept : period_(period) {}

    /// True once in each period, and where the clock was put back.
    bool is_due(Time now) noexcept {
        Time last = last_.load(std::memory_order_relaxed);
        const bool early = now < last + period_ && now >= last;
        return !early && last_.compare_exchange_strong(last, now, std::memory_order_relaxed);
    }
    /// It is due, whenever it was done last.
    void hasten() noexcept { last_.store(Time::min(), std::memory_order_relaxed); }

private:
    const typename Time::duration period_;
    std::atomic<Time> last_ = Time::min();
};

}  // namespace cloche
