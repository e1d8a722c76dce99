// The refreshes that are on in this process, and the requests that wait for them: at most one for
// each session (RT-1).
//
// A run belongs to the coordinator. Waiters come and go on their own threads, and nothing they do
// touches it (RT-5).
#pragma once

#include "runtime/task.hpp"
#include "session/record.hpp"
#include "session/verdict.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/wait_traits.hpp>

#include <array>
#include <chrono>
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

private:
    friend class running_refreshes;
    using timer = runtime::asio::basic_waitable_timer<
        std::chrono::steady_clock,
        runtime::asio::wait_traits<std::chrono::steady_clock>,
        runtime::io_executor>;

    void finish(const verdict& outcome);
    std::optional<verdict> add_waiter(const std::shared_ptr<timer>& waiting);
    std::optional<verdict> remove_waiter(const std::shared_ptr<timer>& waiting);

    std::mutex mutex_;
    std::optional<verdict> outcome_;
    std::vector<std::shared_ptr<timer>> waiters_;
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
