#include "session/coordinator_state.hpp"

#include "base/encoding.hpp"
#include "observability/audit.hpp"
#include "observability/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace cloche::session {

namespace asio = runtime::asio;
using observability::audit_event;
using observability::level;
using observability::log_line;
using runtime::task;

namespace {

/// How late the store may be told of uses, and still know enough after a crash.
constexpr milliseconds flush_at_most_every{5'000};
constexpr milliseconds purge_every{60'000};

/// A use is told to the store at most this often (SE-4 is exact to a tenth of the idle time).
milliseconds touch_interval(const session_options& options) {
    return std::clamp(options.idle / 10, milliseconds(1), milliseconds(1'000));
}

/// Until when a request with this record just goes on (case 1).
instant good_until(const record& session, const refresh_options& options) {
    if (session.state != session_state::live) return instant::min();
    const instant over = std::min(session.absolute_until, session.last_used + session.idle);
    return std::min(over, early_refresh_at(session, options).value_or(over));
}

void log_failed_errand(std::exception_ptr thrown) {
    if (!thrown) return;
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& failure) {
        log_line(level::error, "background_work_failed").with("reason", failure.what());
    }
}

}  // namespace

coordinator_state::coordinator_state(
    runtime::io_threads& on,
    session_store& keeping,
    auth_provider& api,
    const clock& clocks,
    crypto::random_source& generator,
    session_options settings,
    coordinator_events listeners
)
    : threads(on),
      store(keeping),
      provider(api),
      time(clocks),
      random(generator),
      options(std::move(settings)),
      holder(hex_encode(generator.bytes(8))),
      started_at(clocks.now()),
      cache(options.cached_sessions, options.cache, touch_interval(options)),
      calls(
          options.circuit,
          clocks,
          [this] { return jitter(); },
          [this](bool open) { circuit_moved(open); }
      ),
      flushes(std::min(options.idle / 10, flush_at_most_every)),
      purges(purge_every),
      events_(std::move(listeners)) {}

void coordinator_state::remember(record_ptr session, std::optional<record_cache::ticket> taken) {
    const id_hash id = session->id;
    const bool live = session->state == session_state::live;
    const instant good = good_until(*session, options.refresh);
    if (taken) {
        cache.keep(*taken, std::move(session), good, time.now());
    } else {
        cache.update(std::move(session), good, time.now());
    }
    // Asked after, not before: an end that comes in between empties the cache itself.
    if (unwritten_ends.contains(id)) cache.forget(id);
    if (!live) watches.wake(id);
}

void coordinator_state::end_later(const id_hash& id, end_reason reason) {
    unwritten_ends.add(id, reason);
    cache.forget(id);
    watches.wake(id);
}

task<result<record_ptr>> coordinator_state::read(id_hash id) {
    auto found = cache.find(id, time.now(), false);
    if (found.session) co_return std::move(found.session);
    if (absent.contains(id, time.now())) co_return record_ptr();
    auto loaded = co_await load(id);
    if (loaded && !*loaded) absent.note(id, time.now());
    co_return loaded;
}

task<result<record_ptr>> coordinator_state::load(id_hash id) {
    const auto ticket = cache.begin_load(id);
    auto loaded = co_await store.load(id);
    if (loaded && *loaded) remember(*loaded, ticket);
    co_return loaded;
}

task<result<record_ptr>> coordinator_state::swap(record next) {
    auto swapped = co_await store.compare_and_swap(std::move(next));
    if (swapped) remember(*swapped, std::nullopt);
    co_return swapped;
}

std::shared_ptr<refresh_run> coordinator_state::refresh(const id_hash& id, refresh_order order) {
    auto joined = running.join(id);
    if (joined.begun) {
        in_background(carry_out(shared_from_this(), id, joined.run, std::move(order)));
    } else if (order.why != refresh_order::cause::heal) {
        refreshed("joined");
    }
    return joined.run;
}

void coordinator_state::in_background(task<void> work) {
    background.begin();
    // The state outlives its errands, whose last act is to be counted out.
    auto done = [self = shared_from_this()](std::exception_ptr thrown) {
        log_failed_errand(thrown);
        self->background.end();
    };
    auto& context = threads.context(runtime::io_threads::current());
    asio::co_spawn(context, std::move(work), std::move(done));
}

bool coordinator_state::is_uncalled(const record& session) const {
    return session.in_flight && session.in_flight->holder == holder &&
           !calling.contains(session.id);
}

bool coordinator_state::is_abandoned(const record& session) const {
    if (!alone || !session.in_flight) return false;
    return session.in_flight->holder != holder && session.in_flight->since < started_at;
}

bool coordinator_state::is_orphan(const record& session, instant now) const {
    if (!session.in_flight) return false;
    return !is_flying(session, now, options.refresh) || is_abandoned(session);
}

bool coordinator_state::note_verdict(const record& session, bool refused) {
    const std::string_view subject =
        session.subject.empty() ? bytes_of(session.id) : session.subject;
    bool moved = false;
    bool open = false;
    {
        const std::lock_guard lock(breaker_mutex_);
        moved = breaker_.note(subject, refused, time.now());
        open = breaker_.is_open();
    }
    if (moved) breaker_moved(open);
    return open;
}

bool coordinator_state::breaker_is_open() {
    const std::lock_guard lock(breaker_mutex_);
    return breaker_.is_open();
}

void coordinator_state::tick_breaker() {
    bool moved = false;
    {
        const std::lock_guard lock(breaker_mutex_);
        moved = breaker_.tick(time.now());
    }
    if (moved) breaker_moved(false);
}

void coordinator_state::breaker_moved(bool open) {
    if (open) {
        observability::audit(audit_event::refresh_breaker_opened)
            .with(
                "meaning",
                "the API refuses most refreshes of everybody: check the provider's configuration; "
                "sessions are kept until it answers"
            );
        revival_waiting = true;
    } else {
        observability::audit(audit_event::refresh_breaker_closed);
    }
    if (events_.breaker) events_.breaker(open);
}

void coordinator_state::circuit_moved(bool open) const {
    if (open) {
        log_line(level::warn, "refresh_circuit_opened")
            .with(
                "meaning",
                "refreshes of several sessions failed one after the other: the API is asked less "
                "until it answers again; nobody is signed out"
            );
    } else {
        log_line(level::info, "refresh_circuit_closed")
            .with("meaning", "the API answers refreshes again, as many as before");
    }
    if (events_.circuit) events_.circuit(open);
}

double coordinator_state::jitter() {
    const std::string bytes = random.bytes(2);
    const unsigned value =
        static_cast<unsigned char>(bytes[0]) * 256U + static_cast<unsigned char>(bytes[1]);
    return value / 65536.0;
}

caller coordinator_state::nobody() {
    caller who;
    who.request_id = hex_encode(random.bytes(16));
    return who;
}

void coordinator_state::refreshed(std::string_view what) const {
    if (events_.refreshed) events_.refreshed(what);
}

void coordinator_state::ended(end_reason reason) const {
    if (events_.ended) events_.ended(name_of(reason));
}

seconds whole_seconds(milliseconds pause) {
    return std::max(seconds(1), std::chrono::ceil<seconds>(pause));
}

verdict verdict_of(record_ptr session, instant now, const refresh_options& options) {
    const auto decided = decide(*session, now, options);
    verdict out;
    out.session = std::move(session);
    switch (decided.what) {
        case action::proceed:
        case action::proceed_and_refresh:
            out.what = access::granted;
            break;
        case action::end:
        case action::ended:
            out.what = access::over;
            break;
        case action::await:
        case action::refresh:
        case action::unavailable:
            out.what = access::refresh_unavailable;
            out.retry_after = whole_seconds(decided.retry_in);
            break;
    }
    return out;
}

verdict verdict_of(const error& store_failure) {
    verdict out;
    // What cannot be opened any more is over, but nothing is deleted: the key may come back.
    out.what = store_failure == errc::unreadable_record ? access::over : access::store_unavailable;
    return out;
}

}  // namespace cloche::session
