#include "torture/disturbances.hpp"

#include <algorithm>

namespace cloche::torture {

std::size_t disturbances::begin(disturbance what, std::size_t replica, monotonic at) {
    const std::lock_guard lock(mutex_);
    all_.push_back({what, replica, at, monotonic::max()});
    return all_.size() - 1;
}

void disturbances::end(std::size_t number, monotonic at) {
    const std::lock_guard lock(mutex_);
    all_.at(number).to = at;
}

template <class Condition>
bool disturbances::any(monotonic from, monotonic to, Condition is_meant) const {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(all_, [&](const interval& one) {
        return one.from <= to && one.to >= from && is_meant(one);
    });
}

bool disturbances::befell(std::size_t replica, monotonic from, monotonic to) const {
    return any(from, to, [&](const interval& one) {
        const bool of_all = one.what == disturbance::outage || one.what == disturbance::late;
        return of_all || one.replica == replica;
    });
}

bool disturbances::paused(std::size_t replica, monotonic from, monotonic to) const {
    return any(from, to, [&](const interval& one) {
        return one.what == disturbance::pause && one.replica == replica;
    });
}

}  // namespace cloche::torture
