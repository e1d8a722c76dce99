#include "identity/token_buckets.hpp"

#include <algorithm>
#include <cmath>

namespace cloche::identity {

std::optional<seconds> token_bucket::take(const rate& limit, monotonic now) {
    const auto elapsed = std::chrono::duration<double>(now - filled).count();
    tokens = std::min(limit.burst, tokens + std::max(0.0, elapsed) * limit.per_second);
    filled = std::max(filled, now);
    if (tokens >= 1) {
        tokens -= 1;
        return std::nullopt;
    }
    return seconds(static_cast<seconds::rep>(std::ceil((1 - tokens) / limit.per_second)));
}

std::optional<seconds> bucket_table::take(std::string_view key, const rate& limit, monotonic now) {
    const std::lock_guard lock(mutex_);
    const auto known = by_key_.find(key);
    if (known != by_key_.end()) {
        recent_.splice(recent_.begin(), recent_, known->second);
        return known->second->bucket.take(limit, now);
    }
    if (recent_.size() >= capacity_) {
        by_key_.erase(recent_.back().key);
        recent_.pop_back();
    }
    recent_.push_front({std::string(key), {limit.burst, now}});
    by_key_.emplace(recent_.front().key, recent_.begin());
    return recent_.front().bucket.take(limit, now);
}

std::size_t bucket_table::size() const {
    const std::lock_guard lock(mutex_);
    return recent_.size();
}

}  // namespace cloche::identity
