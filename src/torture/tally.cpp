#include "torture/tally.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cloche::torture {
namespace {

constexpr std::size_t findings_kept = 20;

}  // namespace

void latency_histogram::add(std::chrono::microseconds took) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0));
    // Below 16 us each has a bucket of its own; from there on 16 a doubling.
    std::size_t bucket = value;
    if (value >= per_doubling) {
        const auto shift = static_cast<std::size_t>(std::bit_width(value)) - 5;
        bucket = per_doubling * (shift + 1) + ((value >> shift) - per_doubling);
    }
    ++counts_.at(std::min(bucket, counts_.size() - 1));
    ++all_;
    most_ = std::max(most_, took);
}

std::chrono::microseconds latency_histogram::at(double share) const {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(all_)));
    std::uint64_t below = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
        below += counts_.at(bucket);
        if (below < wanted || below == 0) continue;
        if (bucket < per_doubling) return std::chrono::microseconds(bucket);
        const std::size_t shift = bucket / per_doubling - 1;
        const std::uint64_t top = ((per_doubling + bucket % per_doubling + 1) << shift) - 1;
        return std::min(most_, std::chrono::microseconds(top));
    }
    return most_;
}

bool figures::is_clean() const noexcept {
    return double_spends == 0 && signed_out_undeserved == 0 && wrong_user == 0 &&
           served_after_sign_out == 0 && not_served_at_end == 0 && deaths == 0;
}

void tally::find(std::string what) {
    const std::lock_guard lock(mutex_);
    if (figures_.findings.size() < findings_kept) figures_.findings.push_back(std::move(what));
}

figures tally::now() const {
    const std::lock_guard lock(mutex_);
    return figures_;
}

}  // namespace cloche::torture
