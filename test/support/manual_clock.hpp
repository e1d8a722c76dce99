// A clock that stands still until the test moves it. Any thread.
#pragma once

#include "base/clock.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace cloche::test {

class manual_clock final : public clock {
public:
    /// Some day in 2024; the other clock starts elsewhere, so that mixing the two shows.
    explicit manual_clock(instant start = instant(milliseconds(1'715'000'000'000)))
        : now_(start.time_since_epoch().count()) {}

    instant now() const override { return instant(milliseconds(now_.load())); }
    monotonic ticks() const override { return monotonic(milliseconds(ticks_.load())); }

    /// Time passes.
    void advance(milliseconds by) {
        now_ += by.count();
        ticks_ += by.count();
    }
    /// The wall clock alone is set.
    void set_wall(instant to) { now_ = to.time_since_epoch().count(); }

private:
    std::atomic<std::int64_t> now_;
    std::atomic<std::int64_t> ticks_ = 1'000'000;
};

}  // namespace cloche::test
