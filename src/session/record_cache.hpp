// What was read of the session store a moment ago: bounded, sharded, and never older than it says.
//
// Any thread. `find` is what every proxied request pays: one short lock, no allocation.
#pragma once

#include "session/record.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <unordered_map>

namespace cloche::session {

class record_cache {
public:
    /// `capacity` records at most; each is trusted for `fresh_for` after it was read.
    /// `touch_every`: how often `find` asks its caller to tell the store of a session's use.
    record_cache(std::size_t capacity, milliseconds fresh_for, milliseconds touch_every);

    struct found {
        record_ptr session;  ///< null: not here, or too old
        bool good = false;   ///< live, and its token good beyond the margin
        bool touch =
            false;  ///< its use is to be told to the store; nobody else is told so for a while
    };
    /// `use`: it counts as use of the session, if it is good.
    found find(const id_hash& id, instant now, bool use);

    /// What was here last, however long ago; null: nothing.
    record_ptr latest(const id_hash& id) const;

    /// Taken before a load begins. What was loaded under a ticket that is out of date is not kept.
    struct ticket {
        std::uint64_t epoch = 0;
    };
    ticket begin_load(const id_hash& id) const;
    /// Keeps what a load brought, unless something newer is here, or was here since. `good_until`:
    /// as in `found`.
    void keep(ticket taken, record_ptr session, instant good_until, instant now);
    /// Keeps what a swap gave back: it is newer than any load that began before.
    void update(record_ptr session, instant good_until, instant now);
    /// Forgets a record, and what loads on their way bring of it.
    void forget(const id_hash& id);

private:
    struct entry {
        record_ptr session;
        instant read_at{};
        instant good_until{};
        instant touched_at{};
    };
    using entries = std::list<entry>;
    struct alignas(64) shard {
        mutable std::mutex mutex;
        entries by_age;  ///< the latest read first: what is in use is read again every `fresh_for`
        std::unordered_map<id_hash, entries::iterator, id_hash_hasher> by_id;
        std::uint64_t epoch = 0;
    };

    static constexpr std::size_t shard_count = 64;
    shard& shard_of(const id_hash& id) noexcept;
    const shard& shard_of(const id_hash& id) const noexcept;
    void put(shard& where, record_ptr session, instant good_until, instant now);

    std::size_t shard_capacity_;
    milliseconds fresh_for_;
    milliseconds touch_every_;
    std::array<shard, shard_count> shards_;
};

}  // namespace cloche::session
