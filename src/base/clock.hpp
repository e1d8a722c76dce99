// Time as a parameter. Only `app` makes the real clock; tests make one they can move.
#pragma once

#include <chrono>

namespace cloche {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Wall-clock time in UTC, to the millisecond: what is stored and compared between processes.
using instant = std::chrono::sys_time<milliseconds>;

/// Time that never jumps: for leases and time-outs within one process.
using monotonic = std::chrono::steady_clock::time_point;

class clock {
public:
    virtual ~clock() = default;
    virtual instant now() const = 0;
    virtual monotonic ticks() const = 0;
};

/// The machine's clocks. Any thread.
class system_clock final : public clock {
public:
    instant now() const override {
        return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
    }
    monotonic ticks() const override { return std::chrono::steady_clock::now(); }
};

}  // namespace cloche
