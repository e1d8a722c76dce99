// What requests ask of their session: cases 0 to 4 of docs/sessions.md.
#include "session/refresh_coordinator.hpp"

#include "observability/log.hpp"
#include "runtime/pause.hpp"
#include "session/coordinator_state.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <utility>

namespace cloche::session {
namespace {

using observability::level;
using observability::log_line;
using runtime::task;

enum class purpose {
    use,    ///< a request wants a token: a refresh that is due but not needed yet runs beside it
    renew,  ///< the refresh is what is wanted: it is waited for
};

refresh_order order_for(std::optional<caller> who) {
    refresh_order order;
    order.who = std::move(who);
    return order;
}

verdict over(record_ptr session) {
    verdict out;
    out.what = access::over;
    out.session = std::move(session);
    return out;
}

/// The outcome of a refresh that came in time, or what there is to say without it.
verdict outcome_or(
    std::optional<verdict> reached, record_ptr before, const coordinator_state& state
) {
    if (reached) return std::move(*reached);
    auto out = verdict_of(std::move(before), state.time.now(), state.options.refresh);
    if (out.what == access::refresh_unavailable) out.retry_after = seconds(1);
    return out;
}

task<verdict> settle(state_ptr state, id_hash id, std::optional<caller> who, purpose what_for) {
    if (state->unwritten_ends.contains(id)) co_return over(nullptr);
    auto read = co_await state->read(id);
    if (!read) co_return verdict_of(read.error());
    record_ptr session = std::move(*read);
    if (!session) co_return verdict();

    const instant now = state->time.now();
    const auto& options = state->options.refresh;
    const auto decided = decide(*session, now, options);
    if (decided.what == action::ended) co_return over(std::move(session));
    if (decided.what == action::end) {
        co_await end_session(state, id, end_reason::none, std::move(who));
        co_return over(std::move(session));
    }
    if (what_for == purpose::use) state->store.touch(id, now);

    const bool due_later = decided.what == action::proceed_and_refresh && what_for == purpose::use;
    if (decided.what == action::proceed || decided.what == action::unavailable || due_later) {
        if (due_later) state->refresh(id, order_for(std::move(who)));
        co_return verdict_of(std::move(session), now, options);
    }
    auto run = state->refresh(id, order_for(std::move(who)));
    auto reached = co_await refresh_run::wait(std::move(run), options.wait);
    verdict outcome = outcome_or(std::move(reached), std::move(session), *state);
    outcome.waited = true;
    co_return outcome;
}

/// After a forced refresh: what the request that was refused gets.
verdict after_force(
    verdict reached, std::uint64_t used, instant now, const refresh_options& options
) {
    const bool same = reached.what == access::granted && reached.session->generation == used;
    if (!same) return reached;
    const auto pause = pause_left(*reached.session, now, options);
    if (!pause) return reached;
    // The API wants another token and cannot be had to give one: that passes, a 401 would not say
    // so.
    reached.what = access::refresh_unavailable;
    reached.retry_after = whole_seconds(*pause);
    return reached;
}

task<verdict> replace_refused(
    state_ptr state, id_hash id, std::uint64_t used, std::optional<caller> who
) {
    if (state->unwritten_ends.contains(id)) co_return over(nullptr);
    auto loaded = co_await state->load(id);
    if (!loaded) co_return verdict_of(loaded.error());
    record_ptr session = std::move(*loaded);
    if (!session) co_return verdict();

    const auto& options = state->options.refresh;
    const instant now = state->time.now();
    const auto decided = decide(*session, now, options);
    if (decided.what == action::ended || decided.what == action::end)
        co_return over(std::move(session));
    if (session->generation > used) {
        // Newer, and perhaps expired again already.
        auto newer = co_await settle(state, id, std::move(who), purpose::use);
        co_return newer;
    }
    if (!can_refresh(*session, now) || !is_worth_forcing(*session, now, options)) {
        verdict same;
        same.what = access::granted;
        same.session = std::move(session);
        co_return same;
    }
    refresh_order order = order_for(std::move(who));
    order.why = refresh_order::cause::forced;
    order.generation = used;
    auto run = state->refresh(id, std::move(order));
    auto reached = co_await refresh_run::wait(std::move(run), options.wait);
    verdict outcome = outcome_or(std::move(reached), std::move(session), *state);
    co_return after_force(std::move(outcome), used, state->time.now(), options);
}

}  // namespace

task<verdict> look_up(state_ptr state, id_hash id) {
    if (state->unwritten_ends.contains(id)) co_return over(nullptr);
    auto read = co_await state->read(id);
    if (!read) co_return verdict_of(read.error());
    if (!*read) co_return verdict();
    verdict found;
    found.session = std::move(*read);
    const auto decided = decide(*found.session, state->time.now(), state->options.refresh);
    const bool ends = decided.what == action::end || decided.what == action::ended;
    found.what = ends ? access::over : access::granted;
    co_return found;
}

namespace {

/// Until stop(). Counted as running while it works, not while it sleeps.
task<void> keep_sweeping(state_ptr state) {
    while (!state->background.stopping()) {
        state->background.begin();
        try {
            co_await sweep_once(state);
        } catch (const std::exception& thrown) {
            log_line(level::error, "sweep_broke").with("reason", thrown.what());
        }
        state->background.end();
        const milliseconds length = state->options.sweep;
        co_await runtime::pause(length);
    }
}

/// The last chance of ends that the store did not take, and of what is written behind.
task<void> write_what_waits(state_ptr state) {
    co_await write_ends(state);
    auto flushed = co_await state->store.flush();
    if (!flushed) log_line(level::warn, "last_uses_not_written");
}

}  // namespace

refresh_coordinator::refresh_coordinator(
    runtime::io_threads& threads,
    session_store& store,
    auth_provider& provider,
    const clock& time,
    crypto::random_source& random,
    session_options options,
    coordinator_events events
)
    : state_(std::make_shared<coordinator_state>(
          threads, store, provider, time, random, std::move(options), std::move(events)
      )) {}

refresh_coordinator::~refresh_coordinator() = default;

record_ptr refresh_coordinator::try_acquire(const id_hash& id) {
    const instant now = state_->time.now();
    auto found = state_->cache.find(id, now, true);
    if (found.touch) state_->store.touch(id, now);
    if (!found.good) return nullptr;
    return std::move(found.session);
}

record_ptr refresh_coordinator::peek(const id_hash& id) {
    if (state_->unwritten_ends.contains(id)) return nullptr;
    record_ptr latest = state_->cache.latest(id);
    return latest && latest->state == session_state::live ? latest : nullptr;
}

task<verdict> refresh_coordinator::acquire(id_hash id) {
    return settle(state_, id, std::nullopt, purpose::use);
}
task<verdict> refresh_coordinator::acquire(id_hash id, caller who) {
    return settle(state_, id, std::move(who), purpose::use);
}

task<verdict> refresh_coordinator::look_up(id_hash id) {
    return session::look_up(state_, id);
}

task<verdict> refresh_coordinator::refresh_if_due(id_hash id) {
    return settle(state_, id, std::nullopt, purpose::renew);
}
task<verdict> refresh_coordinator::refresh_if_due(id_hash id, caller who) {
    return settle(state_, id, std::move(who), purpose::renew);
}

task<verdict> refresh_coordinator::refused_by_api(id_hash id, std::uint64_t used_generation) {
    return replace_refused(state_, id, used_generation, std::nullopt);
}
task<verdict> refresh_coordinator::refused_by_api(
    id_hash id, std::uint64_t used_generation, caller who
) {
    return replace_refused(state_, id, used_generation, std::move(who));
}

void refresh_coordinator::start(bool alone) {
    state_->alone = alone;
    state_->orphans_waiting = alone;
    state_->store.on_change([knows = std::weak_ptr(state_)](const id_hash& id) {
        const auto state = knows.lock();
        if (!state) return;
        state->cache.forget(id);
        state->running.note_change(id);
        state->watches.wake(id);
    });
    auto& context = state_->threads.context(0);
    runtime::asio::co_spawn(context, keep_sweeping(state_), runtime::asio::detached);
}

task<void> refresh_coordinator::sweep() {
    return sweep_once(state_);
}

void refresh_coordinator::stop(milliseconds at_most) {
    const auto until = std::chrono::steady_clock::now() + at_most;
    if (!state_->background.stop(at_most))
        log_line(level::warn, "stopped_with_refreshes_in_the_air");
    auto& context = state_->threads.context(0);
    auto written =
        runtime::asio::co_spawn(context, write_what_waits(state_), runtime::asio::use_future);
    // Always a little, so that what is written behind is not lost for want of time alone.
    const auto least = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
    if (written.wait_until(std::max(until, least)) != std::future_status::ready)
        log_line(level::warn, "stopped_with_unwritten_changes");
}

std::shared_ptr<end_watch> refresh_coordinator::watch_end(
    const runtime::io_executor& executor, id_hash id, std::function<void()> over
) {
    auto made = std::make_shared<end_watch>(executor, id, std::move(over));
    runtime::asio::co_spawn(executor, end_watch::run(made, state_), runtime::asio::detached);
    return made;
}

void refresh_coordinator::count_use(const id_hash& id) {
    state_->store.touch(id, state_->time.now());
}

std::size_t refresh_coordinator::in_background() const {
    return state_->background.running();
}

const session_options& refresh_coordinator::options() const noexcept {
    return state_->options;
}

}  // namespace cloche::session
