#include "crypto/password_hash.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace cloche::crypto {
namespace {

using namespace std::string_literals;
using testing::StartsWith;

/// The cheapest that argon2id knows: these tests are of what is around it.
const password_cost cheap{8192, 1};

TEST(password_hash, a_password_verifies_against_its_own_hash_only) {
    const auto phc = hash_password(password("correct horse battery"), cheap);
    EXPECT_TRUE(verify_password(password("correct horse battery"), phc).value());
    EXPECT_FALSE(verify_password(password("correct horse batterz"), phc).value());
    EXPECT_FALSE(verify_password(password("Correct horse battery"), phc).value());
    EXPECT_FALSE(verify_password(password("correct horse battery "), phc).value());
    EXPECT_FALSE(verify_password(password(""), phc).value());
}

TEST(password_hash, the_hash_is_a_phc_string_that_names_its_parameters) {
    EXPECT_THAT(hash_password(password("a"), cheap), StartsWith("$argon2id$v=19$m=8,t=1,p=1$"));
    EXPECT_THAT(
        hash_password(password("a"), password_cost()), StartsWith("$argon2id$v=19$m=19456,t=2,p=1$")
    );
}

TEST(password_hash, the_salt_is_fresh_each_time) {
    EXPECT_NE(hash_password(password("a"), cheap), hash_password(password("a"), cheap));
}

// bcrypt cuts at 72 bytes and at NUL; nothing is cut here.
TEST(password_hash, every_byte_counts) {
    const std::string longest(1024, 'a');
    const auto phc = hash_password(password(longest), cheap);
    EXPECT_TRUE(verify_password(password(longest), phc).value());
    EXPECT_FALSE(verify_password(password(longest.substr(1)), phc).value());
    EXPECT_FALSE(verify_password(password(longest + "a"), phc).value());

    const auto with_nul = hash_password(password("a\0b"s), cheap);
    EXPECT_TRUE(verify_password(password("a\0b"s), with_nul).value());
    EXPECT_FALSE(verify_password(password("a\0c"s), with_nul).value());
    EXPECT_FALSE(verify_password(password("a"s), with_nul).value());
}

// Made by the reference implementation (argon2 20171227: `echo -n password | argon2 somesalt -id -t
// 2 -k 256 -p 1`, which is also in its own test suite).
TEST(password_hash, a_hash_of_the_reference_implementation_verifies) {
    const auto phc =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"s;
    EXPECT_TRUE(verify_password(password("password"), phc).value());
    EXPECT_FALSE(verify_password(password("passwore"), phc).value());
}

TEST(password_hash, what_is_no_argon2id_hash_is_told_from_a_wrong_password) {
    const auto phc = hash_password(password("a"), cheap);
    const std::string refused[] = {
        "",
        "a",
        "$argon2id$",
        "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
        phc + "$more",
        phc + "\0"s,
        " " + phc,
        phc.substr(0, phc.rfind('$')),
        phc + std::string(200, 'a'),
    };
    for (const auto& text : refused) {
        EXPECT_EQ(verify_password(password("a"), text).error(), errc::bad_hash) << text;
        EXPECT_TRUE(needs_rehash(text, cheap)) << text;
    }
}

// ID-2
TEST(password_hash, other_parameters_ask_for_a_new_hash) {
    const auto phc = hash_password(password("a"), {16 * 1024, 2});
    EXPECT_FALSE(needs_rehash(phc, {16 * 1024, 2}));
    EXPECT_TRUE(needs_rehash(phc, {16 * 1024, 3}));
    EXPECT_TRUE(needs_rehash(phc, {32 * 1024, 2}));
    EXPECT_TRUE(needs_rehash(phc, {8 * 1024, 1}));
}

// ID-1
TEST(password_hash, the_floor_is_19_mib_twice_or_46_mib_once) {
    constexpr std::uint64_t mib = 1024 * 1024;
    EXPECT_TRUE(meets_floor(password_cost()));
    EXPECT_TRUE(meets_floor({46 * mib, 1}));
    EXPECT_TRUE(meets_floor({64 * mib, 3}));
    EXPECT_FALSE(meets_floor({19 * mib - 1, 2}));
    EXPECT_FALSE(meets_floor({19 * mib, 1}));
    EXPECT_FALSE(meets_floor({46 * mib - 1, 1}));
    EXPECT_FALSE(meets_floor({64 * mib, 0}));
}

TEST(password_hash, a_cost_that_argon2_does_not_know_is_a_mistake_of_the_program) {
    EXPECT_THROW(hash_password(password("a"), {8191, 1}), std::invalid_argument);
    EXPECT_THROW(hash_password(password("a"), {8192, 0}), std::invalid_argument);
}

}  // namespace
}  // namespace cloche::crypto
