// What a session store finds out about its server's care for what it keeps; for metrics. Any
// thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace cloche::session {

struct store_health {
    /// Changes that were answered before a replica had them, though the server has or had one.
    std::atomic<std::uint64_t> not_acknowledged = 0;
    /// Keys that the server threw away while this process watched: of sessions, or of others.
    std::atomic<std::uint64_t> thrown_away = 0;
    /// It throws keys away when its memory is full.
    std::atomic<bool> throws_away = false;
};

}  // namespace cloche::session
