// Counts what a process does without a request waiting for it, so that it can be let finish before
// the process ends. Any thread.
#pragma once

#include "base/clock.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace cloche::session {

class errands {
public:
    void begin() {
        const std::lock_guard lock(mutex_);
        ++running_;
    }
    void end() {
        const std::lock_guard lock(mutex_);
        if (--running_ == 0) none_.notify_all();
    }
    std::size_t running() const {
        const std::lock_guard lock(mutex_);
        return running_;
    }

    /// New ones are not to be begun; those that would try for ever give up once `at_most` is over.
    /// False: some were not done by then.
    bool stop(milliseconds at_most) {
        give_up_at_ = std::chrono::steady_clock::now() + at_most;
        stopping_ = true;
        std::unique_lock lock(mutex_);
        return none_.wait_for(lock, at_most, [this] { return running_ == 0; });
    }
    bool stopping() const noexcept { return stopping_; }
    bool out_of_time() const noexcept {
        return stopping_ && std::chrono::steady_clock::now() >= give_up_at_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable none_;
    std::size_t running_ = 0;
    std::atomic<bool> stopping_ = false;
    monotonic give_up_at_{};  ///< written before `stopping_`
};

}  // namespace cloche::session
