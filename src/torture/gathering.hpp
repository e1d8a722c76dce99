// Counts what is still under way, for the thread that waits for its end. Any thread.
#pragma once

#include "base/clock.hpp"

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace cloche::torture {

class gathering {
public:
    /// One of those that are under way, as long as it lives.
    class member {
    public:
        explicit member(gathering& all) : all_(all) { all_.change(1); }
        ~member() { all_.change(-1); }
        member(const member&) = delete;
        member& operator=(const member&) = delete;

    private:
        gathering& all_;
    };

    /// Waits for that, but no longer than `most`.
    bool is_empty_within(milliseconds most) {
        std::unique_lock lock(mutex_);
        return emptied_.wait_for(lock, most, [&] { return count_ == 0; });
    }

private:
    void change(int by) {
        const std::lock_guard lock(mutex_);
        count_ += by;
        if (count_ == 0) emptied_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable emptied_;
    std::ptrdiff_t count_ = 0;
};

}  // namespace cloche::torture
