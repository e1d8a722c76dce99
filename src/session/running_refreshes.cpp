#include "session/running_refreshes.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace cloche::session {

namespace asio = runtime::asio;

runtime::task<std::optional<verdict>> refresh_run::wait(
    std::shared_ptr<refresh_run> self, milliseconds at_most
) {
    const auto executor = co_await asio::this_coro::executor;
    const auto waiting = std::make_shared<timer>(executor, at_most);
    auto outcome = self->add_waiter(waiting);
    if (outcome) co_return outcome;
    // The wake-up is posted to this executor, so it cannot come before the timer is waited for.
    error woken;
    co_await waiting->async_wait(asio::redirect_error(runtime::use_task, woken));
    co_return self->remove_waiter(waiting);
}

std::optional<verdict> refresh_run::add_waiter(const std::shared_ptr<timer>& waiting) {
    const std::lock_guard lock(mutex_);
    if (!outcome_) waiters_.push_back(waiting);
    return outcome_;
}

std::optional<verdict> refresh_run::remove_waiter(const std::shared_ptr<timer>& waiting) {
    const std::lock_guard lock(mutex_);
    std::erase(waiters_, waiting);
    return outcome_;
}

void refresh_run::finish(const verdict& outcome) {
    std::vector<std::shared_ptr<timer>> waiters;
    {
        const std::lock_guard lock(mutex_);
        outcome_ = outcome;
        waiters.swap(waiters_);
    }
    for (auto& waiting : waiters) {
        const auto executor = waiting->get_executor();
        asio::post(executor, [timer = std::move(waiting)] { timer->cancel(); });
    }
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

}  // namespace cloche::session
