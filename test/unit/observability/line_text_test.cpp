#include "observability/line_text.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include <limits>
#include <string>

namespace cloche::observability {
namespace {

using std::chrono::system_clock;

std::string in_quotes(std::string_view text) {
    std::string line;
    append_quoted(line, text);
    return line;
}

std::string as_word(std::string_view text) {
    std::string line;
    append_word_or_quoted(line, text);
    return line;
}

std::string milliseconds_of(std::chrono::nanoseconds duration) {
    std::string line;
    append_milliseconds(line, duration);
    return line;
}

std::string time_of(std::int64_t ms) {
    std::string line;
    append_time(line, system_clock::time_point(std::chrono::milliseconds(ms)));
    return line;
}

// LG-2: nothing that a value holds can end the line, forge a field, or deceive the eye.
TEST(line_text, quoted_text_cannot_break_out_of_its_quotes) {
    const struct {
        std::string_view text;
        std::string_view line;
    } rows[] = {
        {"", R"("")"},
        {"plain words, 100%", R"("plain words, 100%")"},
        {R"(a"b\c)", R"("a\"b\\c")"},
        {"a\r\n{\"level\":\"error\"}", R"("a\r\n{\"level\":\"error\"}")"},
        {"tab\tbell\x07 esc\x1b[2J del\x7f", R"("tab\tbell\u0007 esc\u001b[2J del\u007f")"},
        {std::string_view("nul\0end", 7), R"("nul\u0000end")"},
        {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
         "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\""},
        {"csi\xc2\x9b", R"("csi\u009b")"},
        {"line\xe2\x80\xa8sep", R"("line\u2028sep")"},
        {"bidi\xe2\x80\xae", R"("bidi\u202e")"},
        {"bom\xef\xbb\xbf", R"("bom\ufeff")"},
    };
    for (const auto& row : rows)
        EXPECT_EQ(in_quotes(row.text), row.line) << row.text;
}

TEST(line_text, bytes_that_are_not_utf8_are_replaced) {
    const std::string replacement = "\xef\xbf\xbd";
    const struct {
        std::string_view name;
        std::string_view text;
        std::size_t replaced;
    } rows[] = {
        {"stray continuation", "\x80", 1},
        {"overlong slash", "\xc0\xaf", 2},
        {"overlong of three", "\xe0\x80\xaf", 3},
        {"surrogate", "\xed\xa0\x80", 3},
        {"too high", "\xf4\x90\x80\x80", 4},
        {"cut off", "\xe2\x82", 2},
        {"latin 1", "\xe9", 1},
        {"ff", "\xff", 1},
    };
    for (const auto& row : rows) {
        std::string expected;
        for (std::size_t i = 0; i < row.replaced; ++i)
            expected += replacement;
        EXPECT_EQ(in_quotes(row.text), '"' + expected + '"') << row.name;
    }
}

TEST(line_text, every_byte_pair_gives_valid_json) {
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const char bytes[] = {static_cast<char>(first), static_cast<char>(second)};
            const std::string line = in_quotes({bytes, 2});
            boost::system::error_code failed;
            const auto value = boost::json::parse(line, failed);
            ASSERT_FALSE(failed) << first << ' ' << second << ' ' << line;
            ASSERT_TRUE(value.is_string());
        }
    }
}

TEST(line_text, long_text_is_cut_between_characters) {
    const std::string fits(longest_text, 'a');
    EXPECT_EQ(in_quotes(fits), '"' + fits + '"');
    EXPECT_EQ(in_quotes(fits + "b"), '"' + fits + "\xe2\x80\xa6\"");

    const std::string almost(longest_text - 1, 'a');
    EXPECT_EQ(in_quotes(almost + "\xe2\x82\xac"), '"' + almost + "\xe2\x80\xa6\"");
    EXPECT_EQ(in_quotes(std::string(5000, '\x80')).size(), 2 + 3 + 3 * (longest_text - 3));
}

TEST(line_text, text_form_quotes_what_is_not_one_plain_word) {
    EXPECT_EQ(as_word("GET"), "GET");
    EXPECT_EQ(as_word("/api/proxy/a?b[]"), "/api/proxy/a?b[]");
    EXPECT_EQ(as_word(""), R"("")");
    EXPECT_EQ(as_word("two words"), R"("two words")");
    EXPECT_EQ(as_word("a=b"), R"("a=b")");
    EXPECT_EQ(as_word("a\nb"), R"("a\nb")");
    EXPECT_EQ(as_word("\xc3\xa9"), "\"\xc3\xa9\"");
}

TEST(line_text, numbers_reach_their_limits) {
    std::string line;
    append_number(line, std::numeric_limits<std::int64_t>::min());
    line += ' ';
    append_number(line, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(line, "-9223372036854775808 18446744073709551615");
}

TEST(line_text, durations_are_milliseconds_with_three_decimals) {
    using namespace std::chrono_literals;
    EXPECT_EQ(milliseconds_of(0ns), "0.000");
    EXPECT_EQ(milliseconds_of(1us), "0.001");
    EXPECT_EQ(milliseconds_of(999ns), "0.000");
    EXPECT_EQ(milliseconds_of(12'345'678ns), "12.345");
    EXPECT_EQ(milliseconds_of(1h), "3600000.000");
    EXPECT_EQ(milliseconds_of(-1500us), "-1.500");
}

TEST(line_text, times_are_utc_with_milliseconds) {
    EXPECT_EQ(time_of(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(time_of(1709210096007), "2024-02-29T12:34:56.007Z");
    EXPECT_EQ(time_of(1709210096999), "2024-02-29T12:34:56.999Z");
    EXPECT_EQ(time_of(1709210097000), "2024-02-29T12:34:57.000Z");
    EXPECT_EQ(time_of(-1), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace cloche::observability
