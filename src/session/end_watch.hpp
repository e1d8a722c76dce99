// Connections that stay open for a session, such as a WebSocket, and how they learn that it is over
// (WS-2, LO-6).
//
// For the refresh coordinator, which knows of the ends of this process and hears of those of
// others.
#pragma once

#include "runtime/sleeper.hpp"
#include "runtime/task.hpp"
#include "session/record.hpp"

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace cloche::session {

class coordinator_state;

/// One connection's wish to be told. Made by refresh_coordinator::watch_end.
class end_watch {
public:
    end_watch(const runtime::io_executor& executor, id_hash id, std::function<void()> over);

    /// Nobody wants to know any more. On its executor; when this returns, `over` is not called any
    /// more.
    void stop();
    /// Any thread: it is worth looking.
    void wake() { sleeping_->wake(); }

    /// Until the session is over, or nobody wants to know. Looks when it is woken, and now and
    /// then.
    static runtime::task<void> run(
        std::shared_ptr<end_watch> self, std::shared_ptr<coordinator_state> state
    );
    const id_hash& id() const noexcept { return id_; }

private:
    const id_hash id_;
    std::function<void()> over_;
    bool stopped_ = false;
    std::shared_ptr<runtime::sleeper> sleeping_;
};

/// Those that there are, by session. Any thread.
class end_watches {
public:
    void add(const std::shared_ptr<end_watch>& watch);
    void remove(const end_watch& watch);
    /// Something has happened to the session. Costs a lock and a look where nobody watches it.
    void wake(const id_hash& id);

private:
    using by_id = std::unordered_multimap<id_hash, std::shared_ptr<end_watch>, id_hash_hasher>;
    struct alignas(64) shard {
        std::mutex mutex;
        by_id watches;
    };
    shard& shard_of(const id_hash& id) noexcept {
        return shards_[id.bytes.back() % shards_.size()];
    }

    std::array<shard, 64> shards_;
};

}  // namespace cloche::session
