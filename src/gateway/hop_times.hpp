// Where a request's time went, for `Server-Timing` (https://www.w3.org/TR/server-timing/). Measured
// in development alone: elsewhere it is nobody's business how long a session takes to find.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace cloche::gateway {

/// Each is empty where the request did not come by.
struct hop_times {
    std::optional<std::chrono::nanoseconds> session;   ///< until the session was known
    std::optional<std::chrono::nanoseconds> refresh;   ///< the same, where it waited for a refresh
    std::optional<std::chrono::nanoseconds> upstream;  ///< until the upstream's head was there
};

/// From its making until `stop`.
class hop_clock {
public:
    explicit hop_clock(const clock* time) : time_(time) {
        if (time_) began_ = time_->ticks();
    }
    /// Adds to `hop`; a request may come by twice.
    void stop(std::optional<std::chrono::nanoseconds>& hop) const {
        if (time_) hop = hop.value_or(std::chrono::nanoseconds(0)) + (time_->ticks() - began_);
    }

private:
    const clock* time_;
    monotonic began_{};
};

/// `session;dur=0.021, upstream;dur=1.302, gateway;dur=0.107`: milliseconds, `gateway` what is left
/// of `whole`.
std::string server_timing(const hop_times& hops, std::chrono::nanoseconds whole);

}  // namespace cloche::gateway
