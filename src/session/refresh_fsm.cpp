#include "session/refresh_fsm.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace cloche::session {
namespace {

instant expiry_of(const token_set& tokens, milliseconds life) {
    return tokens.sent_at + life;
}

milliseconds margin_of(milliseconds life, const refresh_options& options) {
    return std::min(options.margin, life / 5);
}

/// The same in every process, and another one with each generation: SplitMix64 of both.
milliseconds spread_of(const record& session, milliseconds life, const refresh_options& options) {
    const milliseconds most = std::min(options.spread, life / 10);
    std::uint64_t mixed = 0;
    std::memcpy(&mixed, session.id.bytes.data(), sizeof mixed);
    mixed += (session.generation + 1) * 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    mixed ^= mixed >> 31;
    return milliseconds(mixed % (static_cast<std::uint64_t>(most.count()) + 1));
}

decision do_this(action what) {
    decision made;
    made.what = what;
    return made;
}

decision end_for(end_reason reason) {
    decision made;
    made.what = action::end;
    made.reason = reason;
    return made;
}

/// The access token has no life left.
decision decide_expired(const record& session, instant now, const refresh_options& options) {
    if (is_flying(session, now, options)) return do_this(action::await);
    if (!can_refresh(session, now)) return end_for(end_reason::absolute);
    if (const auto pause = pause_left(session, now, options)) {
        auto made = do_this(action::unavailable);
        made.retry_in = *pause;
        return made;
    }
    return do_this(action::refresh);
}

/// `current` after a passing answer of the flight that is on it.
record after_passing(
    const record& current,
    const refresh_answer& answer,
    instant now,
    double jitter,
    const refresh_options& options
) {
    record next = current;
    retry after = current.after_failure.value_or(retry{});
    ++after.attempts;
    if (answer.verdict == refresh_verdict::outcome_unknown && !after.outcome_unknown_since)
        after.outcome_unknown_since = current.in_flight->since;
    // The grace of an API that did rotate runs from its call, so the first repeats come soon.
    const bool heals = after.outcome_unknown_since.has_value();
    milliseconds pause = backoff(
        after.attempts,
        heals ? options.heal_first : options.backoff_first,
        options.backoff_most,
        jitter
    );
    if (answer.retry_after) {
        const milliseconds asked = *answer.retry_after;
        pause = std::max(pause, std::min(asked, options.retry_after_most));
    }
    after.not_before = now + pause;
    next.after_failure = after;
    next.in_flight.reset();
    return next;
}

record after_renewal(const record& current, const token_set& brought) {
    record next = current;
    const refresh_token old = std::move(next.tokens.refresh);
    const auto old_expires = next.tokens.refresh_expires;
    next.tokens = brought;
    if (next.tokens.refresh.empty()) {  // RT-9
        next.tokens.refresh = old;
        if (!next.tokens.refresh_expires) next.tokens.refresh_expires = old_expires;
    }
    ++next.generation;
    next.in_flight.reset();
    next.earlier_until.reset();
    next.after_failure.reset();
    next.state = session_state::live;
    next.reason = end_reason::none;
    next.ended_at.reset();
    return next;
}

/// The tombstone, to which its flight came back.
landed land_on_tombstone(const record& current, const flight& mine, const refresh_answer& answer) {
    landed out;
    const bool is_mine = current.in_flight && current.in_flight->fence == mine.fence;
    const bool brought = answer.verdict == refresh_verdict::renewed;
    if (!is_mine && !brought) return out;
    out.what = landing::revoke_new;
    out.next = current;
    if (is_mine) out.next.in_flight.reset();
    out.next.after_failure.reset();
    if (brought) {
        out.next.revocation_due = true;
        out.next.tokens = after_renewal(current, answer.tokens).tokens;
    }
    return out;
}

}  // namespace

bool is_flying(const record& session, instant now, const refresh_options& options) {
    if (!session.in_flight) return false;
    const flight& flying = *session.in_flight;
    return flying.lease_until > now && flying.since <= now + options.margin;
}

std::optional<milliseconds> pause_left(
    const record& session, instant now, const refresh_options& options
) {
    if (!session.after_failure) return std::nullopt;
    const milliseconds left = session.after_failure->not_before - now;
    // Longer than any pause there is: the clock was put back.
    const milliseconds most = std::max(options.backoff_most, options.retry_after_most);
    if (left <= milliseconds::zero() || left > most) return std::nullopt;
    return left;
}

std::optional<milliseconds> life_of(const token_set& tokens) {
    if (!tokens.life || *tokens.life <= milliseconds::zero()) return std::nullopt;
    if (tokens.refresh.empty() || !tokens.refresh_expires) return tokens.life;
    const milliseconds spendable = *tokens.refresh_expires - tokens.sent_at;
    return std::clamp(spendable, milliseconds(1), *tokens.life);
}

bool can_refresh(const record& session, instant now) {
    const auto& tokens = session.tokens;
    return !tokens.refresh.empty() && (!tokens.refresh_expires || now < *tokens.refresh_expires);
}

decision decide(const record& session, instant now, const refresh_options& options) {
    if (session.state != session_state::live) return do_this(action::ended);
    if (now >= session.absolute_until) return end_for(end_reason::absolute);
    if (now >= session.last_used + session.idle) return end_for(end_reason::idle);

    const auto life = life_of(session.tokens);
    if (!life) {
        const bool over = now >= ends_at(session) && !is_flying(session, now, options);
        return over ? end_for(end_reason::absolute) : do_this(action::proceed);
    }
    const milliseconds left = expiry_of(session.tokens, *life) - now;
    if (left <= milliseconds::zero()) return decide_expired(session, now, options);

    // Longer than its whole life to go: our clock was put back, and how old the token is nobody
    // knows.
    const bool clock_went_back = left > *life + options.margin;
    if (now < *early_refresh_at(session, options) && !clock_went_back)
        return do_this(action::proceed);
    const bool startable = can_refresh(session, now) && !is_flying(session, now, options) &&
                           !pause_left(session, now, options);
    return do_this(startable ? action::proceed_and_refresh : action::proceed);
}

bool is_worth_forcing(const record& session, instant now, const refresh_options& options) {
    const auto life = life_of(session.tokens);
    const milliseconds least =
        life ? std::min(options.force_after, *life / 2) : options.force_after;
    const milliseconds age = now - session.tokens.sent_at;
    return age > least || age < -options.margin;
}

std::optional<instant> early_refresh_at(const record& session, const refresh_options& options) {
    const auto life = life_of(session.tokens);
    if (!life) return std::nullopt;
    const milliseconds before = margin_of(*life, options) + spread_of(session, *life, options);
    return expiry_of(session.tokens, *life) - before;
}

std::optional<instant> refresh_due_at(const record& session, const refresh_options& options) {
    const auto due = early_refresh_at(session, options);
    if (!due || session.tokens.refresh.empty()) return std::nullopt;
    if (!session.after_failure) return due;
    return std::max(*due, session.after_failure->not_before);
}

instant ends_at(const record& session) {
    const auto& tokens = session.tokens;
    const auto life = life_of(tokens);
    if (tokens.refresh.empty())
        return life ? std::min(session.absolute_until, expiry_of(tokens, *life))
                    : session.absolute_until;
    if (!tokens.refresh_expires) return session.absolute_until;
    return std::min(session.absolute_until, *tokens.refresh_expires);
}

instant idle_until(const record& session) {
    return std::min(session.last_used + session.idle, ends_at(session));
}

record with_flight(
    const record& session, std::string holder, instant now, const refresh_options& options
) {
    record next = session.in_flight ? without_orphan(session, now) : session;
    flight mine;
    mine.holder = std::move(holder);
    mine.fence = ++next.last_fence;
    mine.since = now;
    mine.lease_until = now + options.timeout + options.lease_extra;
    next.in_flight = std::move(mine);
    return next;
}

landed land(
    const record& current,
    const flight& mine,
    std::uint64_t generation,
    const refresh_answer& answer,
    instant now,
    double jitter,
    bool breaker_open,
    const refresh_options& options
) {
    if (current.state == session_state::ended) return land_on_tombstone(current, mine, answer);

    landed out;
    if (current.generation != generation) return out;
    if (answer.verdict == refresh_verdict::renewed) {
        // Whatever happened to version and fence meanwhile: these may be the only copy of live
        // tokens.
        out.what = landing::commit;
        out.next = after_renewal(current, answer.tokens);
        return out;
    }
    // Somebody took over, and their answer counts; or the session is suspended by one that did.
    const bool is_mine = current.in_flight && current.in_flight->fence == mine.fence;
    if (!is_mine || current.state != session_state::live) return out;

    if (answer.verdict == refresh_verdict::refused && !breaker_open) {
        if (current.earlier_until && *current.earlier_until > now) {
            out.what = landing::wait_others;
            out.wait = *current.earlier_until - now;
            return out;
        }
        out.what = landing::suspend;
        out.next = current;
        out.next.in_flight.reset();
        out.next.earlier_until.reset();
        out.next.after_failure.reset();
        out.next.state = session_state::suspended;
        out.next.reason = end_reason::refused;
        out.next.ended_at = now;
        return out;
    }
    out.what = landing::keep_retry;
    out.next = after_passing(current, answer, now, jitter, options);
    return out;
}

record without_flight(const record& session) {
    record next = session;
    next.in_flight.reset();
    return next;
}

record without_orphan(const record& session, instant now) {
    record next = session;
    if (!session.in_flight) return next;
    // Its holder may be paused rather than dead; a refusal does not count before its answer is out
    // of the question.
    const instant lands_until = session.in_flight->lease_until;
    if (lands_until > now)
        next.earlier_until = std::max(session.earlier_until.value_or(lands_until), lands_until);
    retry after = session.after_failure.value_or(retry{});
    if (!after.outcome_unknown_since) after.outcome_unknown_since = session.in_flight->since;
    after.not_before = now;
    next.after_failure = after;
    next.in_flight.reset();
    return next;
}

record without_dead(const record& session, instant now) {
    record next = without_orphan(session, now);
    next.earlier_until.reset();
    return next;
}

bool sweep_wants(const record& session, instant now, const refresh_options& options) {
    if (session.state != session_state::live) return false;
    if (session.in_flight) return !is_flying(session, now, options);
    if (!session.after_failure || !session.after_failure->outcome_unknown_since) return false;
    const instant heal_until = *session.after_failure->outcome_unknown_since + options.heal_for;
    // By the time it was due, not by the time it is done: a process that was down still makes up
    // for one.
    const instant due = session.after_failure->not_before;
    return due <= now && due < heal_until;
}

record revived(const record& session, instant now, double jitter, const refresh_options& options) {
    record next = session;
    next.state = session_state::live;
    next.reason = end_reason::none;
    next.ended_at.reset();
    retry after;
    after.attempts = 1;
    after.not_before = now + backoff(1, options.backoff_first, options.backoff_most, jitter);
    next.after_failure = after;
    return next;
}

record ended(const record& session, end_reason reason, instant now, bool tell_api) {
    record next;
    next.id = session.id;
    next.subject = session.subject;
    next.made = session.made;
    next.absolute_until = session.absolute_until;
    next.idle = session.idle;
    next.last_used = session.last_used;
    next.version = session.version;
    next.generation = session.generation;
    next.last_fence = session.last_fence;
    next.in_flight = session.in_flight;
    next.earlier_until = session.earlier_until;
    next.state = session_state::ended;
    next.reason = reason;
    next.ended_at = now;
    next.revocation_due = tell_api;
    if (tell_api) next.tokens = session.tokens;
    return next;
}

record told(const record& tombstone) {
    record next = tombstone;
    next.tokens = token_set();
    next.revocation_due = false;
    next.in_flight.reset();
    next.after_failure.reset();
    return next;
}

record told_in_vain(
    const record& tombstone, instant now, double jitter, const refresh_options& options
) {
    if (now >= tombstone.ended_at.value_or(tombstone.made) + options.tell_for)
        return told(tombstone);
    record next = tombstone;
    retry after = tombstone.after_failure.value_or(retry{});
    ++after.attempts;
    after.not_before =
        now + backoff(after.attempts, options.backoff_first, 10 * options.backoff_most, jitter);
    next.after_failure = after;
    return next;
}

milliseconds backoff(unsigned attempts, milliseconds first, milliseconds most, double jitter) {
    milliseconds pause = std::min(first, most);
    for (unsigned done = 1; done < attempts && pause < most; ++done)
        pause = std::min(2 * pause, most);
    return pause -
           milliseconds(static_cast<std::int64_t>(jitter * static_cast<double>(pause.count()) / 2));
}

}  // namespace cloche::session
