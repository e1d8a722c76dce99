#include "session/end_watch.hpp"

#include "session/coordinator_state.hpp"

#include <utility>

namespace cloche::session {

end_watch::end_watch(const runtime::io_executor& executor, id_hash id, std::function<void()> over)
    : id_(id), over_(std::move(over)), sleeping_(std::make_shared<runtime::sleeper>(executor)) {}

void end_watch::stop() {
    stopped_ = true;
    over_ = {};
    wake();
}

runtime::task<void> end_watch::run(
    std::shared_ptr<end_watch> self, std::shared_ptr<coordinator_state> state
) {
    // Before the first look, so that nothing that happens after it is missed.
    state->watches.add(self);
    while (!self->stopped_) {
        const auto found = co_await look_up(state, self->id_);
        // A store that is away says nothing of the session.
        const bool over = found.what == access::over || found.what == access::unknown;
        if (over && !self->stopped_) {
            self->stopped_ = true;
            const auto act = std::exchange(self->over_, {});
            act();
        }
        if (!self->stopped_)
            co_await runtime::sleeper::sleep(self->sleeping_, state->options.watch);
    }
    state->watches.remove(*self);
}

void end_watches::add(const std::shared_ptr<end_watch>& watch) {
    shard& where = shard_of(watch->id());
    const std::lock_guard lock(where.mutex);
    where.watches.emplace(watch->id(), watch);
}

void end_watches::remove(const end_watch& watch) {
    shard& where = shard_of(watch.id());
    const std::lock_guard lock(where.mutex);
    const auto [first, last] = where.watches.equal_range(watch.id());
    for (auto at = first; at != last; ++at) {
        if (at->second.get() != &watch) continue;
        where.watches.erase(at);
        return;
    }
}

void end_watches::wake(const id_hash& id) {
    shard& where = shard_of(id);
    const std::lock_guard lock(where.mutex);
    const auto [first, last] = where.watches.equal_range(id);
    for (auto at = first; at != last; ++at)
        at->second->wake();
}

}  // namespace cloche::session
