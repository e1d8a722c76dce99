// What was done to the gateway and its store, and when: what a repeated refresh may be excused by.
// Any thread.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <mutex>
#include <vector>

namespace cloche::torture {

class disturbances {
public:
    /// From now on; gives the number that ends it.
    std::size_t begin(monotonic at);
    void end(std::size_t number, monotonic at);

    /// Whether one was on at any time from `from` to `to`.
    bool touch(monotonic from, monotonic to) const;

private:
    struct interval {
        monotonic from;
        monotonic to;
    };
    mutable std::mutex mutex_;
    std::vector<interval> all_;
};

}  // namespace cloche::torture
