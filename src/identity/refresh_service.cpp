#include "identity/refresh_service.hpp"

#include "base/encoding.hpp"
#include "observability/audit.hpp"

#include <array>

namespace cloche::identity {
namespace {

using observability::audit;
using observability::audit_event;

/// In the order of the enum.
constexpr std::array<const char*, 6> step_names{
    "rotated",
    "repeated",
    "reused",
    "expired",
    "revoked",
    "unknown",
};

/// Longer than any token of ours: not worth a look into the database.
constexpr std::size_t most_token_bytes = 256;

/// Names a family in the log without giving its id away (LG-2).
std::string tag_of(const family_id& family) {
    const auto digest = crypto::sha256(family.text());
    return hex_encode({reinterpret_cast<const char*>(digest.data()), 6});
}

}  // namespace

refresh_service::refresh_service(parts with) : with_(with) {
    for (const auto* name : step_names) {
        steps_.push_back(with_.metrics.make_counter(
            "cloche_identity_refreshes_total",
            "Refresh tokens presented, by what became of them.",
            {{"outcome", name}}
        ));
    }
}

observability::counter& refresh_service::counter_of(refresh_step step) {
    return steps_[static_cast<std::size_t>(step)];
}

std::optional<refresh_token> refresh_service::successor_of(
    const rotation& rotated, const refresh_token& presented, const refresh_token& fresh
) const {
    switch (rotated.step) {
        case refresh_step::rotate:
            return fresh;
        case refresh_step::repeat_successor:
            return open_successor(presented, rotated.sealed_successor);
        case refresh_step::revoke_family:
            // A stolen token, or its thief's: whoever of the two comes second (RA-4).
            audit(audit_event::refresh_token_reused)
                .with("user", rotated.who.text())
                .with("family", tag_of(rotated.family));
            return std::nullopt;
        case refresh_step::expired:
        case refresh_step::revoked:
        case refresh_step::unknown:
            return std::nullopt;
    }
    return std::nullopt;
}

task<outcome<token_pair>> refresh_service::refresh(refresh_token presented) {
    if (presented.size() > most_token_bytes) co_return refusal(errc::bad_refresh_token);
    const auto now = with_.time.now();
    const auto fresh = fresh_refresh_token(with_.random);
    rotation_request request(
        hash_token(presented.reveal()),
        hash_token(fresh.reveal()),
        seal_successor(presented, fresh, with_.random),
        now
    );
    auto rotated = co_await with_.store.rotate(std::move(request), with_.policy);
    if (!rotated) co_return refusal(rotated.error());
    counter_of(rotated->step).add();
    const auto next = successor_of(*rotated, presented, fresh);
    if (!next) co_return refusal(errc::bad_refresh_token);
    // Freshly made also for a repeated successor: the access token that was lost is as old as it
    // is.
    const token_subject subject(rotated->who, rotated->family, rotated->role);
    auto access = with_.tokens.issue(subject, now, rotated->absolute_end, with_.random);
    if (!access) co_return refusal(access.error());
    co_return token_pair(std::move(*access), *next, rotated->idle_end);
}

task<outcome<user>> refresh_service::who_is(access_token presented) {
    const auto now = with_.time.now();
    auto subject = with_.tokens.verify(presented.reveal(), now);
    if (!subject) co_return refusal(subject.error());
    auto found = co_await with_.store.find_signed_in(subject->who, subject->family, now);
    if (!found) co_return refusal(found.error());
    if (!*found) co_return refusal(errc::bad_access_token);
    co_return std::move(**found);
}

task<outcome<refresh_service::done>> refresh_service::logout(proof presented) {
    const auto now = with_.time.now();
    bool ended_one = false;
    if (presented.refresh && presented.refresh->size() <= most_token_bytes) {
        auto ended =
            co_await with_.store.end_family_of(hash_token(presented.refresh->reveal()), now);
        if (!ended) co_return refusal(ended.error());
        ended_one = *ended == ending::ended;
    }
    if (presented.access) {
        const auto family = with_.tokens.family_of(presented.access->reveal());
        if (family) {
            auto ended = co_await with_.store.end_family(*family, now);
            if (!ended) co_return refusal(ended.error());
            ended_one = ended_one || *ended == ending::ended;
        }
    }
    if (ended_one) audit(audit_event::logged_out);
    co_return done();
}

}  // namespace cloche::identity
