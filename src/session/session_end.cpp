// How sessions end and begin: cases 9 and 10 of docs/sessions.md.
#include "base/encoding.hpp"
#include "observability/log.hpp"
#include "session/coordinator_state.hpp"
#include "session/ending.hpp"
#include "session/store_visit.hpp"

#include <exception>
#include <utility>

namespace cloche::session {
namespace {

using observability::level;
using observability::log_line;
using runtime::task;

/// Tells the API once. A provider that throws has not told it.
task<bool> tell_once(state_ptr state, token_set tokens, caller who) {
    bool knows = false;
    try {
        const bool told_it = co_await state->provider.revoke(std::move(tokens), std::move(who));
        knows = told_it;
    } catch (const std::exception& thrown) {
        log_line(level::warn, "revocation_failed").with("reason", thrown.what());
    }
    co_return knows;
}

/// Marks a session as one whose end the API is being told of, for as long as it lives.
class telling {
public:
    telling(state_ptr state, const id_hash& id)
        : state_(std::move(state)), id_(id), first_(state_->being_told.add(id, true)) {}
    ~telling() {
        if (first_) state_->being_told.remove(id_);
    }
    telling(const telling&) = delete;
    telling& operator=(const telling&) = delete;
    /// Nobody else was at it.
    bool is_first() const noexcept { return first_; }

private:
    const state_ptr state_;
    const id_hash id_;
    const bool first_;
};

/// The tombstone after an attempt.
record after_telling(coordinator_state& state, const record& tombstone, bool knows) {
    if (knows) return told(tombstone);
    auto next = told_in_vain(tombstone, state.time.now(), state.jitter(), state.options.refresh);
    if (!next.revocation_due)
        log_line(level::warn, "revocation_given_up").with("session", log_tag(tombstone.id));
    return next;
}

}  // namespace

task<result<bool>> end_session(
    state_ptr state, id_hash id, end_reason reason, std::optional<caller> who
) {
    for (;;) {
        auto loaded = co_await state->load(id);
        if (!loaded) co_return result<bool>(boost::system::in_place_error, loaded.error());
        const record_ptr current = std::move(*loaded);
        if (!current || current->state == session_state::ended) co_return false;

        const instant now = state->time.now();
        const end_reason why =
            reason == end_reason::none ? reason_in(*current, now, state->options.refresh) : reason;
        if (why == end_reason::none) co_return false;
        record tombstone = tombstone_of(*current, why, now);
        auto swapped = co_await state->swap(std::move(tombstone));
        if (!swapped) {
            if (swapped.error() == errc::conflict) continue;
            co_return result<bool>(boost::system::in_place_error, swapped.error());
        }
        state->unwritten_ends.remove(id);
        state->ended(why);
        log_line(level::info, "session_ended")
            .with("session", log_tag(id))
            .with("reason", name_of(why));
        // With a refresh in the air the API is told when that lands, of the token that it brings.
        const bool flying = is_flying(*current, now, state->options.refresh);
        const bool tell_now = !flying && state->being_told.size() < told_at_once;
        if ((*swapped)->revocation_due && tell_now)
            state->in_background(tell_api(state, *swapped, std::move(who)));
        co_return true;
    }
}

task<void> tell_api(state_ptr state, record_ptr tombstone, std::optional<caller> who) {
    const id_hash id = tombstone->id;
    const telling mark(state, id);
    if (!mark.is_first()) co_return;
    caller by = who ? std::move(*who) : state->nobody();
    while (tombstone && tombstone->revocation_due) {
        token_set tokens = tombstone->tokens;
        const bool knows = co_await tell_once(state, std::move(tokens), by);
        record next = after_telling(*state, *tombstone, knows);
        auto swapped = co_await state->swap(std::move(next));
        // With the store away the sweep tells the API once more, which does no harm.
        if (swapped || swapped.error() != errc::conflict) break;
        // A flight has landed on the tombstone meanwhile, and may have brought other tokens.
        auto loaded = co_await state->load(id);
        tombstone = loaded ? std::move(*loaded) : nullptr;
    }
}

task<result<refresh_coordinator::opened>> refresh_coordinator::sign_in(
    fresh_session what, std::optional<id_hash> presented
) {
    const state_ptr state = state_;
    const instant now = state->time.now();
    opened out;
    out.id = session_id(base64url_encode(state->random.bytes(32)));
    record fresh;
    fresh.id = hash_of(out.id.reveal());
    fresh.subject = std::move(what.subject);
    fresh.user = std::move(what.user);
    fresh.address = std::move(what.address);
    fresh.agent = what.agent.substr(0, 256);
    fresh.made = now;
    fresh.last_used = now;
    fresh.absolute_until = now + state->options.absolute;
    fresh.idle = state->options.idle;
    fresh.tokens = std::move(what.tokens);
    fresh.version = 1;
    auto kept = std::make_shared<const record>(fresh);
    const auto created = co_await state->store.create(std::move(fresh));
    if (!created) CLOCHE_CO_FAIL(errc::store_unavailable);
    state->remember(kept, std::nullopt);
    out.session = std::move(kept);

    if (presented && *presented != out.session->id) {
        const auto replaced =
            co_await end_session(state, *presented, end_reason::replaced, std::nullopt);
        if (!replaced) state->end_later(*presented, end_reason::replaced);
    }
    co_return out;
}

task<result<bool>> refresh_coordinator::sign_out(id_hash id, end_reason reason, caller who) {
    const state_ptr state = state_;
    std::optional<caller> by = std::move(who);
    auto done = co_await end_session(state, id, reason, std::move(by));
    if (done) co_return done;
    state->end_later(id, reason);
    log_line(level::warn, "session_end_not_written")
        .with("session", log_tag(id))
        .with("reason", done.error().message());
    co_return result<bool>(boost::system::in_place_error, make_error_code(errc::store_unavailable));
}

task<result<std::vector<record_ptr>>> refresh_coordinator::sessions_of(std::string subject) {
    const state_ptr state = state_;
    auto found = co_await sessions_in_store(
        state->store, state->time, std::move(subject), state->options.refresh
    );
    if (!found) co_return found;
    std::erase_if(*found, [&](const record_ptr& session) {
        return state->unwritten_ends.contains(session->id);
    });
    co_return found;
}

task<void> refresh_coordinator::keep_user(id_hash id, std::string user, std::string subject) {
    co_await write_user(state_, id, std::move(user), std::move(subject));
}

bool knows_user(const record& session, std::string_view user, std::string_view subject) {
    return session.user == user && (subject.empty() || session.subject == subject);
}

task<void> write_user(state_ptr state, id_hash id, std::string user, std::string subject) {
    for (;;) {
        auto loaded = co_await state->load(id);
        if (!loaded || !*loaded || (*loaded)->state == session_state::ended) co_return;
        if (knows_user(**loaded, user, subject)) co_return;
        record next = **loaded;
        next.user = user;
        if (!subject.empty()) next.subject = subject;
        auto swapped = co_await state->swap(std::move(next));
        if (swapped || swapped.error() != errc::conflict) co_return;
    }
}

}  // namespace cloche::session
