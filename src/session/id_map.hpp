// Sessions that something is to be remembered of, shared by several threads.
#pragma once

#include "session/record.hpp"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cloche::session {

/// Ids, each with something to be remembered of it. Asking an empty one costs no lock.
template <class Value>
class id_map {
public:
    /// False: it was there.
    bool add(const id_hash& id, Value value) {
        const std::lock_guard lock(mutex_);
        const bool added = kept_.emplace(id, std::move(value)).second;
        size_ = kept_.size();
        return added;
    }
    void remove(const id_hash& id) {
        const std::lock_guard lock(mutex_);
        kept_.erase(id);
        size_ = kept_.size();
    }
    bool contains(const id_hash& id) const {
        if (size_ == 0) return false;
        const std::lock_guard lock(mutex_);
        return kept_.contains(id);
    }
    std::vector<std::pair<id_hash, Value>> all() const {
        const std::lock_guard lock(mutex_);
        return {kept_.begin(), kept_.end()};
    }
    std::size_t size() const noexcept { return size_; }

private:
    mutable std::mutex mutex_;
    std::unordered_map<id_hash, Value, id_hash_hasher> kept_;
    std::atomic<std::size_t> size_ = 0;
};

}  // namespace cloche::session
