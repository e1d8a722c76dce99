// The store's clock, by this machine's: what processes that share records compare times by.
#pragma once

#include "base/clock.hpp"
#include "session/session_store.hpp"

namespace cloche::app {

/// Any thread. Before the store is there, and where it is in this process, the machine's own clock.
class store_clock final : public clock {
public:
    /// `store` outlives the last question. Before the threads start.
    void follow(const session::session_store& store) noexcept { store_ = &store; }

    instant now() const override {
        return store_ ? own_.now() + store_->clock_ahead() : own_.now();
    }
    monotonic ticks() const override { return own_.ticks(); }

private:
    system_clock own_;
    const session::session_store* store_ = nullptr;
};

}  // namespace cloche::app
