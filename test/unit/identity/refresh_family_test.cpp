#include "identity/refresh_family.hpp"

#include "crypto/random.hpp"

#include <gtest/gtest.h>

namespace cloche::identity {
namespace {

using namespace std::chrono_literals;

const token_hash oldest = hash_token("oldest");
const token_hash older = hash_token("older");
const token_hash newest = hash_token("newest");

const instant signed_in{milliseconds(1'000'000'000'000)};
const instant rotated_at = signed_in + 1h;

refresh_policy policy_with(seconds grace) {
    refresh_policy policy;
    policy.absolute = 30 * 24h;
    policy.idle = 7 * 24h;
    policy.grace = grace;
    return policy;
}

/// oldest, older and newest were given in this order.
family_state rotated_twice() {
    family_state family;
    family.current = newest;
    family.predecessor = older;
    family.rotated = rotated_at;
    family.absolute_end = signed_in + 30 * 24h;
    family.idle_end = rotated_at + 7 * 24h;
    return family;
}

struct row {
    const char* what;
    token_hash presented;
    milliseconds after_rotation;
    seconds grace;
    refresh_step expected;
};

TEST(refresh_family, rows_of_the_rotation_table) {
    const row table[] = {
        // RA-2: the newest is spent, whatever the grace.
        {"newest at once", newest, 0ms, 10s, refresh_step::rotate},
        {"newest after the grace", newest, 11s, 10s, refresh_step::rotate},
        {"newest without a grace", newest, 1s, 0s, refresh_step::rotate},
        // RA-3: the direct predecessor, within the grace.
        {"predecessor at once", older, 0ms, 10s, refresh_step::repeat_successor},
        {"predecessor at the last moment", older, 9999ms, 10s, refresh_step::repeat_successor},
        {"predecessor with the longest grace", older, 59s, 60s, refresh_step::repeat_successor},
        {"predecessor while the clock stepped back",
         older,
         -2s,
         10s,
         refresh_step::repeat_successor},
        // RA-4: anything else that was spent.
        {"predecessor when the grace is over", older, 10s, 10s, refresh_step::revoke_family},
        {"predecessor long after", older, 24h, 10s, refresh_step::revoke_family},
        {"predecessor where there is no grace", older, 0ms, 0s, refresh_step::revoke_family},
        {"predecessor where there is no grace, clock stepped back",
         older,
         -2s,
         0s,
         refresh_step::revoke_family},
        {"one before, within the grace", oldest, 0ms, 10s, refresh_step::revoke_family},
        {"one before, after the grace", oldest, 1h, 10s, refresh_step::revoke_family},
        // RA-5: nothing is good beyond the idle end, and no return of a dead token is a theft.
        {"newest before the idle end", newest, 7 * 24h - 1ms, 10s, refresh_step::rotate},
        {"newest at the idle end", newest, 7 * 24h, 10s, refresh_step::expired},
        {"predecessor at the idle end", older, 7 * 24h, 10s, refresh_step::expired},
    };
    for (const auto& r : table) {
        EXPECT_EQ(
            decide_refresh(
                rotated_twice(), r.presented, rotated_at + r.after_rotation, policy_with(r.grace)
            ),
            r.expected
        ) << r.what;
    }
}

// RA-5
TEST(refresh_family, rotation_cannot_extend_the_absolute_end) {
    auto family = rotated_twice();
    family.idle_end = family.absolute_end + 24h;
    EXPECT_EQ(
        decide_refresh(family, newest, family.absolute_end - 1ms, policy_with(10s)),
        refresh_step::rotate
    );
    EXPECT_EQ(
        decide_refresh(family, newest, family.absolute_end, policy_with(10s)), refresh_step::expired
    );

    const auto policy = policy_with(10s);
    EXPECT_EQ(idle_end_from(signed_in, family.absolute_end, policy), signed_in + 7 * 24h);
    EXPECT_EQ(
        idle_end_from(family.absolute_end - 1h, family.absolute_end, policy), family.absolute_end
    );
}

TEST(refresh_family, the_first_token_has_no_predecessor) {
    family_state family = rotated_twice();
    family.predecessor.reset();
    EXPECT_EQ(decide_refresh(family, newest, rotated_at, policy_with(10s)), refresh_step::rotate);
    EXPECT_EQ(
        decide_refresh(family, older, rotated_at, policy_with(10s)), refresh_step::revoke_family
    );
}

TEST(refresh_family, a_revoked_family_stays_revoked_for_every_token) {
    auto family = rotated_twice();
    family.revoked = true;
    for (const auto& token : {oldest, older, newest})
        EXPECT_EQ(
            decide_refresh(family, token, rotated_at, policy_with(10s)), refresh_step::revoked
        );
}

TEST(refresh_family, a_token_of_no_family_is_unknown) {
    EXPECT_EQ(
        decide_refresh(std::nullopt, newest, rotated_at, policy_with(10s)), refresh_step::unknown
    );
}

// RA-1, RA-3: the database can give the successor back only to whoever has the predecessor.
TEST(refresh_family, only_the_predecessor_opens_the_sealed_successor) {
    crypto::system_random random;
    const refresh_token predecessor("predecessor of 256 bits");
    const refresh_token successor("successor of 256 bits");
    const auto sealed = seal_successor(predecessor, successor, random);
    EXPECT_EQ(sealed.find(successor.reveal()), std::string::npos);

    const auto opened = open_successor(predecessor, sealed);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->reveal(), successor.reveal());

    EXPECT_FALSE(open_successor(successor, sealed));
    EXPECT_FALSE(open_successor(refresh_token("another"), sealed));
    EXPECT_FALSE(open_successor(predecessor, sealed.substr(1)));
    EXPECT_FALSE(open_successor(predecessor, ""));
}

}  // namespace
}  // namespace cloche::identity
