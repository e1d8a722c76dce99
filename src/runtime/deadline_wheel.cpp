#include "runtime/deadline_wheel.hpp"

#include "runtime/task.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <algorithm>

namespace cloche::runtime {

struct deadline_wheel::timer {
    explicit timer(asio::io_context& context) : ticks(context) {}
    asio::basic_waitable_timer<
        std::chrono::steady_clock,
        asio::wait_traits<std::chrono::steady_clock>,
        io_executor>
        ticks;
};

deadline_wheel& deadline_wheel::of(asio::io_context& context) {
    return asio::use_service<deadline_wheel>(context);
}

deadline_wheel::deadline_wheel(asio::io_context& context)
    : asio::execution_context::service(context),
      origin_(std::chrono::steady_clock::now()),
      timer_(std::make_unique<timer>(context)) {}

deadline_wheel::~deadline_wheel() = default;

void deadline_wheel::shutdown() {
    // What is linked is destroyed with the context's other handlers and unlinks itself then.
    timer_.reset();
}

std::uint64_t deadline_wheel::tick_of_clock() const {
    const auto passed = std::chrono::steady_clock::now() - origin_;
    return 1 + static_cast<std::uint64_t>(passed / tick);
}

void deadline_wheel::resume() {
    if (!timer_) return;
    running_ = true;
    now_ = std::max(now_, tick_of_clock());
    schedule();
}

void deadline_wheel::schedule() {
    timer_->ticks.expires_at(origin_ + tick * static_cast<std::int64_t>(now_));
    timer_->ticks.async_wait([this](const boost::system::error_code& failed) {
        if (failed) return;
        advance(std::max(now_, tick_of_clock()));
        pause_or_schedule();
    });
}

void deadline_wheel::pause_or_schedule() {
    if (armed_ != 0 || !watches_.empty()) {
        schedule();
        return;
    }
    // Nothing waits: a process at rest is not woken four times a second. Entries that are linked
    // still were disarmed; they must not stay in slots of ticks that will be skipped.
    for (auto& slot : slots_)
        slot.clear();
    running_ = false;
}

void deadline_wheel::place(deadline& entry) {
    if (entry.is_linked()) entry.unlink();
    // Far ones are looked at once a turn of the wheel.
    entry.slot_ = std::min(entry.due_, now_ + slots - 1);
    slots_[entry.slot_ % slots].push_back(entry);
}

void deadline_wheel::advance(std::uint64_t to) {
    const auto first = std::max(now_ + 1, to >= slots ? to - slots + 1 : 0);
    now_ = std::max(now_, to);
    for (auto at = first; at <= to; ++at) {
        // Actions may arm, disarm and destroy any entry, those of this slot too.
        detail::wheel_list<deadline> due;
        due.swap(slots_[at % slots]);
        while (!due.empty()) {
            auto& entry = due.front();
            due.pop_front();
            if (entry.due_ == 0) continue;
            if (entry.due_ > now_) {
                place(entry);
                continue;
            }
            entry.disarm();
            entry.act_(entry.owner_);
        }
    }
    detail::wheel_list<tick_watch> looked_at;
    looked_at.swap(watches_);
    while (!looked_at.empty()) {
        auto& watch = looked_at.front();
        looked_at.pop_front();
        watches_.push_back(watch);
        watch.act_(watch.owner_);
    }
}

}  // namespace cloche::runtime
