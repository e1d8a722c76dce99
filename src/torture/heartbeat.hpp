// Whether the run itself keeps up: where its threads are late by more than a second, because the
// machine is not up to the plan, the API that they play answers later than any gateway waits, and
// what comes twice is nobody's fault. For the main thread.
#pragma once

#include "runtime/io_threads.hpp"
#include "torture/disturbances.hpp"
#include "torture/tally.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

namespace cloche::torture {

class heartbeat {
public:
    heartbeat(runtime::io_threads& threads, disturbances& done, tally& counts);

    /// To be called every few milliseconds.
    void look();

private:
    struct beat {
        std::atomic<bool> back{true};
        monotonic sent{};
        bool is_late = false;
        std::size_t number = 0;  ///< of the disturbance, if it is late
    };
    void look_at(std::size_t thread, monotonic now);

    runtime::io_threads& threads_;
    disturbances& disturbances_;
    tally& tally_;
    std::vector<std::shared_ptr<beat>> beats_;
};

}  // namespace cloche::torture
