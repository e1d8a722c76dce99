#include "identity/login_throttle.hpp"

#include <algorithm>

namespace cloche::identity {

seconds wait_after(unsigned failures, const throttle_policy& policy) {
    if (failures < policy.free_failures) return seconds(0);
    auto wait = policy.first_wait;
    for (unsigned n = policy.free_failures; n < failures && wait < policy.longest_wait; ++n)
        wait *= 2;
    return std::min(wait, policy.longest_wait);
}

std::optional<seconds> failure_count::admit(const throttle_policy& policy, monotonic now) {
    if (failures > 0 && now - last_failure >= policy.forgotten_after) failures = 0;
    const auto until = [now](monotonic when) {
        const auto left = std::chrono::ceil<seconds>(when - now);
        return std::max(left, seconds(1));
    };
    if (failures >= policy.most_failures) return until(last_failure + policy.forgotten_after);
    if (failures + pending >= policy.most_failures) return seconds(1);
    if (failures >= policy.free_failures) {
        const auto allowed = last_failure + wait_after(failures, policy);
        if (now < allowed) return until(allowed);
        if (pending > 0) return seconds(1);
    }
    ++pending;
    return std::nullopt;
}

void failure_count::failed(monotonic now) {
    withdrawn();
    ++failures;
    last_failure = now;
}

void failure_count::succeeded() {
    withdrawn();
    failures = 0;
}

void failure_count::withdrawn() {
    if (pending > 0) --pending;
}

login_throttle::entry* login_throttle::find(std::string_view key) {
    const auto known = by_key_.find(key);
    return known == by_key_.end() ? nullptr : &*known->second;
}

void login_throttle::forget_one() {
    by_key_.erase(recent_.back().key);
    recent_.pop_back();
}

std::optional<seconds> login_throttle::admit(std::string_view key, monotonic now) {
    const std::lock_guard lock(mutex_);
    const auto known = by_key_.find(key);
    if (known != by_key_.end()) {
        recent_.splice(recent_.begin(), recent_, known->second);
    } else {
        if (recent_.size() >= capacity_) forget_one();
        recent_.push_front({std::string(key), {}});
        by_key_.emplace(recent_.front().key, recent_.begin());
    }
    return recent_.front().count.admit(policy_, now);
}

void login_throttle::failed(std::string_view key, monotonic now) {
    const std::lock_guard lock(mutex_);
    if (auto* known = find(key)) known->count.failed(now);
}

void login_throttle::succeeded(std::string_view key) {
    const std::lock_guard lock(mutex_);
    auto* known = find(key);
    if (!known) return;
    known->count.succeeded();
    // Nothing to remember: the table holds those who fail, not everybody who signs in.
    if (known->count.pending > 0) return;
    const auto indexed = by_key_.find(key);
    const auto remembered = indexed->second;
    by_key_.erase(indexed);
    recent_.erase(remembered);
}

void login_throttle::withdrawn(std::string_view key) {
    const std::lock_guard lock(mutex_);
    if (auto* known = find(key)) known->count.withdrawn();
}

std::size_t login_throttle::size() const {
    const std::lock_guard lock(mutex_);
    return recent_.size();
}

}  // namespace cloche::identity
