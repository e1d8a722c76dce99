#include "identity/upkeep.hpp"

#include "observability/log.hpp"

#include <exception>

namespace cloche::identity {

upkeep::upkeep(std::function<milliseconds()> turn) : turn_(std::move(turn)) {
    thread_ = std::thread(&upkeep::run, this);
}

upkeep::~upkeep() {
    stop();
}

void upkeep::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_one();
}

void upkeep::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void upkeep::run() {
    std::unique_lock lock(mutex_);
    milliseconds rest{0};
    while (!stopping_) {
        changed_.wait_for(lock, rest, [this] { return stopping_ || woken_; });
        if (stopping_) return;
        woken_ = false;
        lock.unlock();
        try {
            rest = turn_();
        } catch (const std::exception& thrown) {
            observability::log_line(observability::level::error, "upkeep_failed")
                .with("reason", thrown.what());
            rest = seconds(30);
        }
        lock.lock();
    }
}

}  // namespace cloche::identity
