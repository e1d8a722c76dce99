#include "session/refusal_breaker.hpp"

#include <functional>

namespace cloche::session {

bool refusal_breaker::note(std::string_view subject, bool refused, instant now) {
    forget_old(now);
    const std::uint64_t key = std::hash<std::string_view>()(subject);
    const auto [found, fresh] = latest_.try_emplace(key, verdict{now, refused});
    if (!fresh) {
        if (found->second.refused) --refused_;
        found->second = verdict{now, refused};
    }
    if (refused) ++refused_;
    order_.emplace_back(now, key);
    return judge();
}

bool refusal_breaker::tick(instant now) {
    forget_old(now);
    return judge();
}

void refusal_breaker::forget_old(instant now) {
    while (!order_.empty() && order_.front().first + window <= now) {
        const auto found = latest_.find(order_.front().second);
        // A later verdict on the same subject stands further back in the queue.
        if (found != latest_.end() && found->second.at == order_.front().first) {
            if (found->second.refused) --refused_;
            latest_.erase(found);
        }
        order_.pop_front();
    }
}

bool refusal_breaker::judge() {
    const bool was_open = open_;
    if (open_) {
        open_ = 4 * refused_ > latest_.size();
    } else {
        open_ = latest_.size() >= least_subjects && 2 * refused_ > latest_.size();
    }
    return open_ != was_open;
}

}  // namespace cloche::session
