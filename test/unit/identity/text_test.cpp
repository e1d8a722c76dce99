#include "identity/text.hpp"

#include <gtest/gtest.h>

namespace cloche::identity {
namespace {

TEST(text, code_points_are_counted_not_bytes) {
    EXPECT_EQ(code_points(""), 0u);
    EXPECT_EQ(code_points("abc"), 3u);
    EXPECT_EQ(code_points("Z\xC3\xB6\xC3\xA9"), 3u);
    EXPECT_EQ(code_points("\xE2\x82\xAC"), 1u);
    EXPECT_EQ(code_points("\xF0\x9F\x98\x80"), 1u);
    EXPECT_EQ(code_points(std::string_view("a\0b", 3)), 3u);
}

TEST(text, what_is_no_utf8_has_no_length) {
    const std::string_view bad[] = {
        "\x80",              // continuation alone
        "\xC3",              // cut off
        "\xC0\xAF",          // overlong solidus
        "\xE0\x80\xAF",      // overlong
        "\xED\xA0\x80",      // surrogate
        "\xF0\x80\x80\xAF",  // overlong
        "\xF4\x90\x80\x80",  // beyond U+10FFFF
        "\xF5\x80\x80\x80",
        "\xFF",
        "a\xE2\x82z",
    };
    for (const auto text : bad)
        EXPECT_EQ(code_points(text), std::nullopt) << text;
}

TEST(text, only_ascii_letters_are_lowered) {
    EXPECT_EQ(lower("ABC xyz \xC3\x84 09"), "abc xyz \xC3\x84 09");
}

TEST(text, dates_have_the_forms_of_their_standards) {
    const instant when{milliseconds(1'715'488'644'007)};
    EXPECT_EQ(timestamp(when), "2024-05-12T04:37:24.007Z");
    EXPECT_EQ(http_date(when), "Sun, 12 May 2024 04:37:24 GMT");
    EXPECT_EQ(mail_date(when), "Sun, 12 May 2024 04:37:24 +0000");
    EXPECT_EQ(http_date(instant{}), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace cloche::identity
