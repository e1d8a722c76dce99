#include "session/record_cache.hpp"

#include <algorithm>
#include <utility>

namespace cloche::session {

record_cache::record_cache(std::size_t capacity, milliseconds fresh_for, milliseconds touch_every)
    : shard_capacity_(std::max<std::size_t>(1, capacity / shard_count)),
      fresh_for_(fresh_for),
      touch_every_(touch_every) {}

// The hash map of a shard takes the first bytes of the id.
record_cache::shard& record_cache::shard_of(const id_hash& id) noexcept {
    return shards_[id.bytes.back() % shard_count];
}
const record_cache::shard& record_cache::shard_of(const id_hash& id) const noexcept {
    return shards_[id.bytes.back() % shard_count];
}

record_cache::found record_cache::find(const id_hash& id, instant now, bool use) {
    found out;
    shard& where = shard_of(id);
    const std::lock_guard lock(where.mutex);
    const auto at = where.by_id.find(id);
    if (at == where.by_id.end()) return out;
    entry& kept = *at->second;
    // Before it was read: the clock was put back, and its age is unknown.
    if (now >= kept.read_at + fresh_for_ || now < kept.read_at) return out;
    out.session = kept.session;
    out.good = now < kept.good_until;
    if (use && out.good && now >= kept.touched_at + touch_every_) {
        kept.touched_at = now;
        out.touch = true;
    }
    return out;
}

record_ptr record_cache::latest(const id_hash& id) const {
    const shard& where = shard_of(id);
    const std::lock_guard lock(where.mutex);
    const auto at = where.by_id.find(id);
    return at == where.by_id.end() ? nullptr : at->second->session;
}

record_cache::ticket record_cache::begin_load(const id_hash& id) const {
    const shard& where = shard_of(id);
    const std::lock_guard lock(where.mutex);
    return ticket{where.epoch};
}

void record_cache::keep(ticket taken, record_ptr session, instant good_until, instant now) {
    shard& where = shard_of(session->id);
    const std::lock_guard lock(where.mutex);
    const auto at = where.by_id.find(session->id);
    if (at == where.by_id.end()) {
        // What stood here may have been newer and have made room since.
        if (where.epoch != taken.epoch) return;
    } else if (at->second->session->version > session->version) {
        return;
    }
    put(where, std::move(session), good_until, now);
}

void record_cache::update(record_ptr session, instant good_until, instant now) {
    shard& where = shard_of(session->id);
    const std::lock_guard lock(where.mutex);
    ++where.epoch;
    const auto at = where.by_id.find(session->id);
    if (at != where.by_id.end() && at->second->session->version > session->version) return;
    put(where, std::move(session), good_until, now);
}

void record_cache::forget(const id_hash& id) {
    shard& where = shard_of(id);
    const std::lock_guard lock(where.mutex);
    ++where.epoch;
    const auto at = where.by_id.find(id);
    if (at == where.by_id.end()) return;
    where.by_age.erase(at->second);
    where.by_id.erase(at);
}

void record_cache::put(shard& where, record_ptr session, instant good_until, instant now) {
    const auto at = where.by_id.find(session->id);
    if (at != where.by_id.end()) {
        entry& kept = *at->second;
        kept.session = std::move(session);
        kept.read_at = now;
        kept.good_until = good_until;
        where.by_age.splice(where.by_age.begin(), where.by_age, at->second);
        return;
    }
    if (where.by_id.size() >= shard_capacity_) {
        where.by_id.erase(where.by_age.back().session->id);
        where.by_age.pop_back();
    }
    const id_hash id = session->id;
    entry fresh;
    fresh.session = std::move(session);
    fresh.read_at = now;
    fresh.good_until = good_until;
    where.by_age.push_front(std::move(fresh));
    where.by_id.emplace(id, where.by_age.begin());
}

}  // namespace cloche::session
