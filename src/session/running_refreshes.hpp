// The refreshes that are on in this process, and the requests that wait for them: at most one for
// each session (RT-1).
//
// A run belongs to the coordinator. Waiters come and go on their own threads, and nothing they do
// touches it (RT-5).
#pragma once

#include "runtime/sleeper.hpp"
#include "runtime/task.hpp"
#include "session/record.hpp"
#include "session/verdict.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace cloche::session {

/// One refresh, and who waits for its outcome. Any thread.
class refresh_run {
public:
    /// The outcome, once it is there; nothing when it is not within `at_most`, or the caller was
    /// cancelled.
    static runtime::task<std::optional<verdict>> wait(
        std::shared_ptr<refresh_run> self, milliseconds at_most
    );

    /// For whoever carries it out, and waits for another process: returns after `at_most`, or as
    /// soon as the record was changed elsewhere since the last time.
    static runtime::task<void> watch(std::shared_ptr<refresh_run> self, milliseconds at_most);

private:
    friend class running_refreshes;
    using sleeper_ptr = std::shared_ptr<runtime::sleeper>;

    void finish(const verdict& outcome);
    void note_change();
    sleeper_ptr watcher_on(const runtime::io_executor& executor);
    std::optional<verdict> add_waiter(const sleeper_ptr& waiting);
    std::optional<verdict> remove_waiter(const sleeper_ptr& waiting);

    std::mutex mutex_;
    std::optional<verdict> outcome_;
    std::vector<sleeper_ptr> waiters_;
    sleeper_ptr watcher_;
    bool changed_ = false;  ///< before there was a watcher to be told
};

class running_refreshes {
public:
    struct joined {
        std::shared_ptr<refresh_run> run;
        bool begun =
            false;  ///< nobody was at it: the caller sees to it that it is carried out and finished
    };
    joined join(const id_hash& id);
    /// Nobody joins it any more; whoever waits is woken.
    void finish(const id_hash& id, const std::shared_ptr<refresh_run>& run, const verdict& outcome);
    /// Another process has changed the record: who watches it looks again.
    void note_change(const id_hash& id);

private:
    struct alignas(64) shard {
        std::mutex mutex;
        std::unordered_map<id_hash, std::shared_ptr<refresh_run>, id_hash_hasher> runs;
    };
    shard& shard_of(const id_hash& id) noexcept {
        return shards_[id.bytes.back() % shards_.size()];
    }

    std::array<shard, 64> shards_;
};

}  // namespace cloche::session
