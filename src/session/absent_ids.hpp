// Ids that the store did not know a moment ago: a browser with an old cookie, or somebody who tries
// ids, costs it no read with each request.
//
// What was absent stays so: sessions are made under new random ids, which nobody has presented
// before. Bounded, and what is noted may be forgotten early. Any thread.
#pragma once

#include "base/clock.hpp"
#include "session/record.hpp"

#include <cstddef>
#include <cstring>
#include <mutex>
#include <vector>

namespace cloche::session {

class absent_ids {
public:
    void note(const id_hash& id, instant now) {
        const std::lock_guard lock(mutex_);
        if (slots_.empty()) slots_.resize(slot_count);
        slots_[slot_of(id)] = slot{id, now};
    }
    bool contains(const id_hash& id, instant now) const {
        const std::lock_guard lock(mutex_);
        if (slots_.empty()) return false;
        const slot& noted = slots_[slot_of(id)];
        // From beyond our own time: the clock was put back.
        return noted.id == id && now >= noted.at && now < noted.at + remembered;
    }

    static constexpr milliseconds remembered{10'000};
    static constexpr std::size_t slot_count = 2'048;

private:
    struct slot {
        id_hash id;
        instant at = instant::min();
    };
    static std::size_t slot_of(const id_hash& id) noexcept {
        std::size_t first = 0;
        std::memcpy(&first, id.bytes.data(), sizeof first);
        return first % slot_count;
    }

    mutable std::mutex mutex_;
    std::vector<slot> slots_;
};

}  // namespace cloche::session
