#include "torture/disturbances.hpp"

#include <algorithm>

namespace cloche::torture {

std::size_t disturbances::begin(monotonic at) {
    const std::lock_guard lock(mutex_);
    all_.push_back({at, monotonic::max()});
    return all_.size() - 1;
}

void disturbances::end(std::size_t number, monotonic at) {
    const std::lock_guard lock(mutex_);
    all_.at(number).to = at;
}

bool disturbances::touch(monotonic from, monotonic to) const {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(all_, [&](const interval& one) {
        return one.from <= to && one.to >= from;
    });
}

}  // namespace cloche::torture
