#include "identity/guess_estimate.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cloche::identity {
namespace {

double bits(std::string_view password) {
    return guess_bits(password, {});
}

TEST(guess_estimate, known_pieces_cost_less_than_their_characters) {
    EXPECT_LT(bits("password"), 10);
    EXPECT_LT(bits("P4$$w0rd"), 12);
    EXPECT_LT(bits("aaaaaaaaaaaaaaa"), 6);
    EXPECT_LT(bits("abcdefghijklmno"), 6);
    EXPECT_LT(bits("987654321"), 6);
    EXPECT_LT(bits("qwertyuiop"), 7);
    EXPECT_LT(bits("1q2w3e4r5t6y7u8i"), 9);
    EXPECT_LT(bits("zaq12wsxcde34rfv"), 32);
    EXPECT_LT(bits("qazwsxedcrfvtgb"), 32);
    EXPECT_LT(bits("1999"), 8);
    EXPECT_LT(bits("24121985"), 15);
}

TEST(guess_estimate, a_repetition_costs_next_to_nothing) {
    EXPECT_NEAR(bits("xkvqpxkvqp"), bits("xkvqp") + 2, 0.01);
    EXPECT_LT(bits("xkvqpxkvqpxkvqpxkvqp"), bits("xkvqp") + 7);
}

TEST(guess_estimate, what_fits_no_pattern_costs_every_character) {
    EXPECT_NEAR(bits("xkvqp"), 5 * 4.7, 0.01);
    EXPECT_GT(bits("fwzkjuqhdmx"), 45);
}

TEST(guess_estimate, more_text_never_makes_it_less) {
    for (const std::string password :
         {"password1234qwertyzoe2024!!",
          "iloveyou-iloveyou-abcdefg",
          "trust no one 24121985 xkvq"}) {
        double before = 0;
        for (std::size_t length = 1; length <= password.size(); ++length) {
            const double now = bits(password.substr(0, length));
            // A longer prefix may complete a cheap piece: it is the end result that has to hold.
            EXPECT_GT(now, 0);
            before = std::max(before, now);
        }
        EXPECT_LE(bits(password), bits(password + "x"));
        EXPECT_LE(bits(password), bits(password + " kh"));
    }
}

TEST(guess_estimate, personal_words_are_tried_first) {
    const std::vector<std::string> personal{"hildegard", "quendolin"};
    EXPECT_LT(guess_bits("hildegardquendolin", personal), 7);
    EXPECT_LT(guess_bits("H1ldegard+Quendolin", personal), 15);
    EXPECT_GT(guess_bits("hildegardquendolin", {}), 60);
}

TEST(guess_estimate, a_long_password_is_looked_at_in_bounded_time) {
    EXPECT_EQ(bits(std::string(1024, 'a')), bits(std::string(128, 'a')));
    EXPECT_EQ(bits(""), 0);
}

}  // namespace
}  // namespace cloche::identity
