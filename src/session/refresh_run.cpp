// One refresh, from the flight on record to the landing of its answer: cases 4 to 8 of
// docs/sessions.md.
#include "observability/audit.hpp"
#include "observability/log.hpp"
#include "runtime/pause.hpp"
#include "session/coordinator_state.hpp"

#include <algorithm>
#include <utility>

namespace cloche::session {
namespace {

using observability::level;
using observability::log_line;
using runtime::task;

/// Between attempts to write an answer that the store did not take.
constexpr milliseconds rewrite_first{100};
constexpr milliseconds rewrite_most{2'000};
/// The longest sleep until an earlier flight has landed or cannot any more.
constexpr milliseconds wait_most{1'000};
/// Swaps that others were faster at, one after the other: each of them has got something done.
constexpr int swap_attempts = 64;

/// Flights of this process that others overtook, one after the other.
constexpr int flights_at_most = 4;
/// Flights that came on record too late for their call, one after the other.
constexpr int late_flights_at_most = 4;

verdict try_again_soon() {
    verdict out;
    out.what = access::refresh_unavailable;
    out.retry_after = seconds(1);
    return out;
}

/// What case 4 came to: a flight on record, or an outcome without one.
struct departure {
    record_ptr flying;
    refresh_calls::place place;  ///< for the call
    verdict outcome;

    departure() = default;
};

enum class step { fly, settled, end, watch };

/// What is to be done for `order` with the record as it is now.
step next_step(coordinator_state& state, const record& session, const refresh_order& order) {
    const instant now = state.time.now();
    const auto& options = state.options.refresh;
    const auto decided = decide(session, now, options);
    if (decided.what == action::ended || state.unwritten_ends.contains(session.id))
        return step::settled;
    if (decided.what == action::end) return step::end;

    const bool orphaned = state.is_orphan(session, now);
    const bool expired =
        decided.what != action::proceed && decided.what != action::proceed_and_refresh;
    if (session.in_flight && !orphaned && !state.is_uncalled(session)) {
        const bool needed = expired || order.why == refresh_order::cause::forced;
        return needed ? step::watch : step::settled;
    }
    if (!can_refresh(session, now)) return step::settled;
    if (pause_left(session, now, options) && !orphaned) return step::settled;

    switch (order.why) {
        case refresh_order::cause::due:
            return decided.what == action::proceed ? step::settled : step::fly;
        case refresh_order::cause::forced:
            return session.generation > order.generation ? step::settled : step::fly;
        case refresh_order::cause::heal:
            return orphaned || expired || sweep_wants(session, now, options) ? step::fly
                                                                             : step::settled;
    }
    return step::settled;
}

void note_unknown_outcome(const coordinator_state& state, const record& session) {
    state.refreshed("outcome_unknown");
    log_line(level::warn, "refresh_outcome_unknown")
        .with("session", log_tag(session.id))
        .with("generation", session.generation)
        .with("reason", "the process that made the call is gone");
}

/// No call is made now. Whose token is good still goes on.
verdict held_back(
    const coordinator_state& state,
    record_ptr session,
    const refresh_order& order,
    milliseconds retry_in
) {
    state.refreshed("held_back");
    auto out = verdict_of(std::move(session), state.time.now(), state.options.refresh);
    // Whose token the API refuses has none that is good.
    if (order.why == refresh_order::cause::forced) out.what = access::refresh_unavailable;
    out.retry_after = whole_seconds(retry_in);
    return out;
}

/// Puts a flight on record whose lease covers the call. A swap that took long has eaten of it, and
/// past it somebody else may make the call: then another flight takes its place, with a lease that
/// begins anew. A null pointer: all came too late. Errors: those of a swap.
task<result<record_ptr>> take_off(state_ptr state, record_ptr current) {
    const auto& options = state->options.refresh;
    record base = *current;
    if (state->is_uncalled(base)) {
        base = without_flight(base);
    } else if (state->is_abandoned(base)) {
        base = without_dead(base, state->time.now());
    }
    for (int late = 0; late < late_flights_at_most; ++late) {
        const monotonic lease_from = state->time.ticks();
        record with = with_flight(base, state->holder, state->time.now(), options);
        auto swapped = co_await state->swap(std::move(with));
        if (!swapped) co_return swapped;
        if (state->time.ticks() - lease_from <= options.lease_extra) co_return swapped;
        log_line(level::warn, "refresh_lease_too_short").with("session", log_tag(current->id));
        base = without_flight(**swapped);
    }
    // The call was not made: the next request, or the sweep, does it.
    co_await state->swap(std::move(base));
    co_return record_ptr();
}

/// Case 4: the flight is on record before the call is made, and its place among the calls is there
/// before the flight, whose lease does not wait for one.
task<departure> depart(
    state_ptr state, id_hash id, std::shared_ptr<refresh_run> run, refresh_order order
) {
    departure out;
    const auto& options = state->options.refresh;
    milliseconds poll = state->options.poll_first;
    for (int attempt = 0; attempt < swap_attempts && !state->background.out_of_time();) {
        auto loaded = co_await state->load(id);
        if (!loaded) {
            out.outcome = verdict_of(loaded.error());
            co_return out;
        }
        if (!*loaded) co_return out;
        const record_ptr current = std::move(*loaded);

        const step next = next_step(*state, *current, order);
        if (next == step::settled) {
            out.outcome = verdict_of(current, state->time.now(), options);
            if (state->unwritten_ends.contains(id)) out.outcome.what = access::over;
            co_return out;
        }
        if (next == step::end) {
            co_await end_session(state, id, end_reason::none, std::nullopt);
            out.outcome.what = access::over;
            co_return out;
        }
        if (next == step::watch) {
            out.place = refresh_calls::place();
            co_await refresh_run::watch(run, poll);
            poll = std::min(2 * poll, state->options.poll_most);
            continue;
        }
        if (!out.place.is_there()) {
            auto entered = co_await state->calls.enter(id, options.wait);
            if (!entered.where.is_there()) {
                out.outcome = held_back(*state, current, order, entered.retry_in);
                co_return out;
            }
            out.place = std::move(entered.where);
            if (entered.waited) continue;
        }

        ++attempt;
        auto flying = co_await take_off(state, current);
        if (flying) {
            const bool takes_over = current->in_flight && !state->is_uncalled(*current);
            if (takes_over) note_unknown_outcome(*state, *current);
            if (!*flying) break;
            out.flying = std::move(*flying);
            co_return out;
        }
        if (flying.error() != errc::conflict) {
            out.outcome = verdict_of(flying.error());
            co_return out;
        }
    }
    out.outcome = try_again_soon();
    co_return out;
}

/// Case 5. Every outcome is a verdict, also a provider that throws.
task<refresh_answer> call_api(state_ptr state, record_ptr flying, std::optional<caller> who) {
    refresh_answer answer;
    caller by = who ? std::move(*who) : state->nobody();
    try {
        token_set tokens = flying->tokens;
        auto got = co_await state->provider.refresh(std::move(tokens), std::move(by));
        answer = std::move(got);
    } catch (const std::exception& thrown) {
        answer.verdict = refresh_verdict::outcome_unknown;
        answer.detail = thrown.what();
    }
    co_return answer;
}

std::string_view name_of(refresh_verdict verdict) {
    switch (verdict) {
        case refresh_verdict::renewed:
            return "renewed";
        case refresh_verdict::refused:
            return "refused";
        case refresh_verdict::not_sent:
            return "not_sent";
        case refresh_verdict::answered:
            return "answered";
        case refresh_verdict::outcome_unknown:
            return "outcome_unknown";
    }
    return "answered";
}

void note_answer(
    const coordinator_state& state, const record& flying, const refresh_answer& answer
) {
    const auto name = name_of(answer.verdict);
    state.refreshed(name);
    if (answer.verdict == refresh_verdict::renewed) {
        log_line(level::debug, "session_refreshed")
            .with("session", log_tag(flying.id))
            .with("generation", flying.generation + 1);
        return;
    }
    const bool unknown = answer.verdict == refresh_verdict::outcome_unknown;
    log_line(level::warn, unknown ? "refresh_outcome_unknown" : "refresh_failed")
        .with("session", log_tag(flying.id))
        .with("generation", flying.generation)
        .with("result", name)
        .with("reason", answer.detail);
}

/// Says once of a landing what an operator may look for.
void note_landing(
    const coordinator_state& state, landing what, const record& before, const record& next
) {
    if (what != landing::suspend) return;
    observability::audit(observability::audit_event::session_suspended)
        .with("session", log_tag(next.id));
    // The one loss that nobody can avoid: the API spent the token, its answer was lost, and there
    // was no grace.
    if (before.after_failure && before.after_failure->outcome_unknown_since) {
        state.refreshed("lost");
        log_line(level::warn, "session_lost_to_unknown_outcome").with("session", log_tag(next.id));
    }
}

/// Lands one answer: cases 6 to 8, with the breaker's say.
landed decide_landing(
    coordinator_state& state,
    const record& current,
    const record& flying,
    const refresh_answer& answer,
    bool& noted
) {
    const auto& options = state.options.refresh;
    const instant now = state.time.now();
    const auto how = [&](bool breaker_open) {
        return land(
            current,
            *flying.in_flight,
            flying.generation,
            answer,
            now,
            state.jitter(),
            breaker_open,
            options
        );
    };
    auto out = how(state.breaker_is_open());
    // Only what counts for the session counts for the breaker, and once.
    const bool refused = answer.verdict == refresh_verdict::refused;
    const bool counts = out.what == landing::commit || out.what == landing::suspend ||
                        (refused && out.what == landing::keep_retry);
    if (!counts || noted) return out;
    noted = true;
    const bool open = state.note_verdict(current, refused);
    return refused ? how(open) : out;
}

refresh_circuit::outcome service_of(const refresh_answer& answer) {
    const bool has_verdict =
        answer.verdict == refresh_verdict::renewed || answer.verdict == refresh_verdict::refused;
    return has_verdict ? refresh_circuit::outcome::served : refresh_circuit::outcome::troubled;
}

/// What the flight brought home goes back: there is no record any more to keep it for.
task<void> return_tokens(state_ptr state, token_set tokens) {
    caller who = state->nobody();
    co_await state->provider.revoke(std::move(tokens), std::move(who));
}

/// What pages are told of the user follows the tokens, behind everybody who waits for them.
task<void> ask_user(state_ptr state, record_ptr renewed) {
    access_token token = renewed->tokens.access;
    caller who = state->nobody();
    auto user = co_await state->provider.user(std::move(token), std::move(who));
    if (!user) co_return;
    std::string subject = state->provider.subject_of_user(*user);
    if (knows_user(*renewed, *user, subject)) co_return;
    co_await write_user(state, renewed->id, std::move(*user), std::move(subject));
}

/// Somebody else's flight, or nothing at all, decides about this session now.
bool is_undecided(const record& session, instant now, const refresh_options& options) {
    const auto decided = decide(session, now, options);
    return decided.what == action::await || decided.what == action::refresh;
}

/// Cases 6 to 8: the answer is in the store before anybody hears of it. Nothing: it does not count,
/// and what does has still to come.
task<std::optional<verdict>> arrive(
    state_ptr state, record_ptr flying, refresh_answer answer, std::optional<caller> who
) {
    const auto& options = state->options.refresh;
    record_ptr current = flying;  // as far as we know; the swap tells if it is not
    milliseconds rewrite_in = rewrite_first;
    bool noted = false;
    while (!state->background.out_of_time()) {
        if (!current) {
            auto loaded = co_await state->load(flying->id);
            if (!loaded) {
                // It may hold the only copy of live tokens: it does not give up.
                co_await runtime::pause(rewrite_in);
                rewrite_in = std::min(2 * rewrite_in, rewrite_most);
                continue;
            }
            current = std::move(*loaded);
            if (!current) {
                if (answer.verdict == refresh_verdict::renewed)
                    state->in_background(return_tokens(state, answer.tokens));
                co_return verdict();
            }
        }

        auto how = decide_landing(*state, *current, *flying, answer, noted);
        if (how.what == landing::use_newer) {
            state->refreshed("late");
            const instant now = state->time.now();
            if (is_undecided(*current, now, options)) co_return std::nullopt;
            co_return verdict_of(std::move(current), now, options);
        }
        if (how.what == landing::wait_others) {
            const milliseconds until_then = std::min(how.wait, wait_most);
            co_await runtime::pause(until_then);
            current = nullptr;
            continue;
        }

        auto swapped = co_await state->swap(std::move(how.next));
        if (!swapped && swapped.error() == errc::conflict) {
            current = nullptr;
            continue;
        }
        if (!swapped) {
            // Not read anew before it is written again: the sooner, the less of the lease is gone.
            co_await runtime::pause(rewrite_in);
            rewrite_in = std::min(2 * rewrite_in, rewrite_most);
            continue;
        }
        note_landing(*state, how.what, *current, **swapped);
        if (how.what == landing::revoke_new && (*swapped)->revocation_due)
            state->in_background(tell_api(state, *swapped, std::move(who)));
        auto outcome = verdict_of(*swapped, state->time.now(), options);
        if (how.what == landing::commit) {
            state->in_background(ask_user(state, *swapped));
            // A token that was short-lived enough to be over again is still the newest there is.
            outcome.what = access::granted;
        }
        co_return outcome;
    }
    co_return verdict_of(make_error_code(errc::store_unavailable));
}

task<verdict> refresh_one(
    state_ptr state, id_hash id, std::shared_ptr<refresh_run> run, refresh_order order
) {
    std::optional<verdict> outcome;
    for (int flights = 0; !outcome && flights < flights_at_most; ++flights) {
        auto departed = co_await depart(state, id, run, order);
        if (!departed.flying) co_return departed.outcome;
        state->calling.add(id, true);
        auto answer = co_await call_api(state, departed.flying, order.who);
        departed.place.ended(service_of(answer));
        note_answer(*state, *departed.flying, answer);
        auto landed = co_await arrive(state, departed.flying, std::move(answer), order.who);
        state->calling.remove(id);
        outcome = std::move(landed);
    }
    co_return outcome ? std::move(*outcome) : try_again_soon();
}

}  // namespace

task<void> carry_out(
    state_ptr state, id_hash id, std::shared_ptr<refresh_run> run, refresh_order order
) {
    verdict outcome = try_again_soon();
    try {
        auto reached = co_await refresh_one(state, id, run, std::move(order));
        outcome = std::move(reached);
    } catch (const std::exception& thrown) {
        log_line(level::error, "refresh_broke").with("reason", thrown.what());
    }
    state->running.finish(id, run, outcome);
}

}  // namespace cloche::session
