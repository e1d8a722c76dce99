// A thread for what has to be done now and then: it sleeps until a time, or until it is woken.
#pragma once

#include "base/clock.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace cloche::identity {

class upkeep {
public:
    /// `turn` does what is to be done, on the thread, and gives how long it may sleep now.
    explicit upkeep(std::function<milliseconds()> turn);
    ~upkeep();
    upkeep(const upkeep&) = delete;
    upkeep& operator=(const upkeep&) = delete;

    /// There is something to do. Any thread; never waits for the turn.
    void wake();
    /// Lets a turn that is on end, and joins the thread. Once is enough.
    void stop();

private:
    void run();

    std::function<milliseconds()> turn_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = true;  ///< the first turn comes at once
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace cloche::identity
