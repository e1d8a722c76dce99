#include "config/spelling.hpp"

#include <gtest/gtest.h>

namespace cloche::config {
namespace {

TEST(spelling, letters_apart_counts_changes_additions_omissions_and_swaps) {
    EXPECT_EQ(letters_apart("", ""), 0U);
    EXPECT_EQ(letters_apart("idle", "idle"), 0U);
    EXPECT_EQ(letters_apart("", "abc"), 3U);
    EXPECT_EQ(letters_apart("abc", ""), 3U);
    EXPECT_EQ(letters_apart("idle", "idel"), 1U);
    EXPECT_EQ(letters_apart("listen", "lisen"), 1U);
    EXPECT_EQ(letters_apart("store", "stroe"), 1U);
    EXPECT_EQ(letters_apart("kitten", "sitting"), 3U);
}

TEST(spelling, nearest_is_the_key_that_was_meant) {
    const std::vector<std::string> keys{"listen", "operations", "idle", "to"};
    EXPECT_EQ(nearest("listen", keys), "listen");
    EXPECT_EQ(nearest("Listen", keys), "listen");
    EXPECT_EQ(nearest("operation", keys), "operations");
    EXPECT_EQ(nearest("idel", keys), "idle");
    EXPECT_EQ(nearest("t", keys), "to");
}

TEST(spelling, another_word_is_not_taken_for_a_key) {
    const std::vector<std::string> keys{"listen", "operations", "idle"};
    EXPECT_EQ(nearest("timeout", keys), std::nullopt);
    EXPECT_EQ(nearest("x", keys), std::nullopt);
    EXPECT_EQ(nearest("", keys), std::nullopt);
    EXPECT_EQ(nearest("anything", {}), std::nullopt);
}

}  // namespace
}  // namespace cloche::config
