#include "session/running_refreshes.hpp"

#include <boost/asio/this_coro.hpp>

#include <utility>

namespace cloche::session {

namespace asio = runtime::asio;
using runtime::sleeper;

runtime::task<std::optional<verdict>> refresh_run::wait(
    std::shared_ptr<refresh_run> self, milliseconds at_most
) {
    const auto executor = co_await asio::this_coro::executor;
    const auto waiting = std::make_shared<sleeper>(executor);
    auto outcome = self->add_waiter(waiting);
    if (outcome) co_return outcome;
    co_await sleeper::sleep(waiting, at_most);
    co_return self->remove_waiter(waiting);
}

runtime::task<void> refresh_run::watch(std::shared_ptr<refresh_run> self, milliseconds at_most) {
    const auto executor = co_await asio::this_coro::executor;
    auto watching = self->watcher_on(executor);
    co_await sleeper::sleep(std::move(watching), at_most);
}

refresh_run::sleeper_ptr refresh_run::watcher_on(const runtime::io_executor& executor) {
    const std::lock_guard lock(mutex_);
    if (!watcher_) {
        watcher_ = std::make_shared<sleeper>(executor);
        if (changed_) watcher_->wake();
    }
    return watcher_;
}

void refresh_run::note_change() {
    const std::lock_guard lock(mutex_);
    changed_ = true;
    if (watcher_) watcher_->wake();
}

std::optional<verdict> refresh_run::add_waiter(const sleeper_ptr& waiting) {
    const std::lock_guard lock(mutex_);
    if (!outcome_) waiters_.push_back(waiting);
    return outcome_;
}

std::optional<verdict> refresh_run::remove_waiter(const sleeper_ptr& waiting) {
    const std::lock_guard lock(mutex_);
    std::erase(waiters_, waiting);
    return outcome_;
}

void refresh_run::finish(const verdict& outcome) {
    std::vector<sleeper_ptr> waiters;
    {
        const std::lock_guard lock(mutex_);
        outcome_ = outcome;
        waiters.swap(waiters_);
    }
    for (const auto& waiting : waiters)
        waiting->wake();
}

running_refreshes::joined running_refreshes::join(const id_hash& id) {
    shard& where = shard_of(id);
    const std::lock_guard lock(where.mutex);
    auto& run = where.runs[id];
    joined out;
    out.begun = run == nullptr;
    if (out.begun) run = std::make_shared<refresh_run>();
    out.run = run;
    return out;
}

void running_refreshes::finish(
    const id_hash& id, const std::shared_ptr<refresh_run>& run, const verdict& outcome
) {
    {
        shard& where = shard_of(id);
        const std::lock_guard lock(where.mutex);
        where.runs.erase(id);
    }
    run->finish(outcome);
}

void running_refreshes::note_change(const id_hash& id) {
    std::shared_ptr<refresh_run> run;
    {
        shard& where = shard_of(id);
        const std::lock_guard lock(where.mutex);
        const auto found = where.runs.find(id);
        if (found == where.runs.end()) return;
        run = found->second;
    }
    run->note_change();
}

}  // namespace cloche::session
