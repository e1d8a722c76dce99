// When sessions were last used, as far as it has not been written yet. Any thread.
#pragma once

#include "session/record.hpp"

#include <algorithm>
#include <mutex>
#include <unordered_map>

namespace cloche::session {

class last_used_buffer {
public:
    using batch = std::unordered_map<id_hash, instant, id_hash_hasher>;

    void raise(const id_hash& id, instant when) {
        const std::lock_guard lock(mutex_);
        raise_locked(id, when);
    }

    /// The later of `stored` and what is known here.
    instant later_of(const id_hash& id, instant stored) const {
        const std::lock_guard lock(mutex_);
        for (const batch* known : {&waiting_, &on_the_way_}) {
            const auto at = known->find(id);
            if (at != known->end()) stored = std::max(stored, at->second);
        }
        return stored;
    }

    void forget(const id_hash& id) {
        const std::lock_guard lock(mutex_);
        waiting_.erase(id);
    }

    /// All of it, to be written; `written` or `give_back` follows.
    batch take() {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, when] : waiting_) {
            auto& going = on_the_way_[id];
            going = std::max(going, when);
        }
        waiting_.clear();
        return on_the_way_;
    }
    void written() {
        const std::lock_guard lock(mutex_);
        on_the_way_.clear();
    }
    void give_back(const batch& unwritten) {
        const std::lock_guard lock(mutex_);
        on_the_way_.clear();
        for (const auto& [id, when] : unwritten)
            raise_locked(id, when);
    }

private:
    void raise_locked(const id_hash& id, instant when) {
        auto& known = waiting_[id];
        known = std::max(known, when);
    }

    mutable std::mutex mutex_;
    batch waiting_;
    batch on_the_way_;  ///< what is being written: until then no row tells it
};

}  // namespace cloche::session
