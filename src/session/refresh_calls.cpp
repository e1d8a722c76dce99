#include "session/refresh_calls.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <vector>

namespace cloche::session {

using entry = refresh_circuit::entry;

refresh_calls::refresh_calls(
    const circuit_options& options,
    const clock& time,
    std::function<double()> jitter,
    std::function<void(bool open)> moved
)
    : time_(time), jitter_(std::move(jitter)), moved_(std::move(moved)), circuit_(options) {}

runtime::task<refresh_calls::entered> refresh_calls::enter(id_hash session, milliseconds at_most) {
    const auto executor = co_await runtime::asio::this_coro::executor;
    entered out;
    std::shared_ptr<waiter> waiting;
    {
        const std::lock_guard lock(mutex_);
        // Nobody overtakes those who wait.
        const auto may = queue_.empty() ? circuit_.enter(time_.ticks()) : entry::wait;
        if (may == entry::go) {
            out.where = place(this, session);
            co_return out;
        }
        if (may == entry::open) {
            out.retry_in = circuit_.open_for(time_.ticks());
            co_return out;
        }
        waiting = std::make_shared<waiter>(executor);
        queue_.push_back(waiting);
    }
    out.waited = true;
    co_await runtime::sleeper::sleep(waiting->sleeping, at_most);
    if (withdraw(waiting)) {
        out.where = place(this, session);
    } else {
        out.retry_in = retry_in();
    }
    co_return out;
}

bool refresh_calls::withdraw(const std::shared_ptr<waiter>& waiting) {
    const std::lock_guard lock(mutex_);
    std::erase(queue_, waiting);
    return waiting->admitted;
}

milliseconds refresh_calls::retry_in() const {
    const std::lock_guard lock(mutex_);
    return circuit_.open_for(time_.ticks());
}

bool refresh_calls::is_open() const {
    return retry_in() > milliseconds(0);
}

void refresh_calls::leave(const id_hash& session, refresh_circuit::outcome what) {
    std::vector<std::shared_ptr<waiter>> woken;
    bool moved = false;
    bool open = false;
    {
        const std::lock_guard lock(mutex_);
        const monotonic now = time_.ticks();
        moved = circuit_.leave(session, what, now, jitter_());
        open = circuit_.is_tripped();
        while (!queue_.empty()) {
            const auto may = circuit_.enter(now);
            if (may == entry::wait) break;
            // Those whom an open circuit turns away come again.
            queue_.front()->admitted = may == entry::go;
            woken.push_back(std::move(queue_.front()));
            queue_.pop_front();
        }
    }
    for (const auto& waiting : woken)
        waiting->sleeping->wake();
    if (moved && moved_) moved_(open);
}

}  // namespace cloche::session
