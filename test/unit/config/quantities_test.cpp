#include "config/quantities.hpp"

#include <gtest/gtest.h>

namespace cloche::config {
namespace {

using namespace std::chrono_literals;

TEST(quantities, duration_is_a_number_with_a_unit) {
    const struct {
        std::string_view text;
        milliseconds value;
    } rows[] = {
        {"250ms", 250ms},
        {"30s", 30s},
        {"5m", 5min},
        {"12h", 12h},
        {"30d", 720h},
        {"0s", 0ms},
        {"0", 0ms},
        {"007s", 7s},
    };
    for (const auto& row : rows)
        EXPECT_EQ(parse_duration(row.text), row.value) << row.text;
}

TEST(quantities, what_is_no_duration_is_refused) {
    for (const std::string_view text :
         {"",
          "s",
          "30",
          "30 s",
          " 30s",
          "30s ",
          "1.5s",
          "-1s",
          "+1s",
          "1S",
          "1sec",
          "1w",
          "1m30s",
          "0x10s",
          "99999999999999999999s",
          "9223372036854775807s"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
}

TEST(quantities, size_is_a_number_with_a_binary_unit) {
    EXPECT_EQ(parse_size("512B"), 512U);
    EXPECT_EQ(parse_size("64KiB"), 65536U);
    EXPECT_EQ(parse_size("1MiB"), 1048576U);
    EXPECT_EQ(parse_size("2GiB"), 2147483648U);
    EXPECT_EQ(parse_size("0"), 0U);
    for (const std::string_view text :
         {"", "64", "64KB", "64kib", "64 KiB", "-1B", "99999999999GiB"}) {
        EXPECT_FALSE(parse_size(text)) << text;
    }
}

TEST(quantities, written_form_is_read_back) {
    for (const milliseconds value : std::initializer_list<milliseconds>{
             0ms, 1ms, 250ms, 1500ms, 30s, 90s, 5min, 90min, 12h, 36h, 720h}) {
        EXPECT_EQ(parse_duration(write_duration(value)), value) << write_duration(value);
    }
    EXPECT_EQ(write_duration(720h), "30d");
    EXPECT_EQ(write_duration(90s), "90s");
    for (const std::uint64_t value :
         {0ULL, 1ULL, 1023ULL, 1024ULL, 1536ULL, 65536ULL, 1ULL << 31U}) {
        EXPECT_EQ(parse_size(write_size(value)), value) << write_size(value);
    }
    EXPECT_EQ(write_size(19 * 1024 * 1024), "19MiB");
}

TEST(quantities, bounds_are_told_with_what_would_do) {
    const auto limit = duration_between(100ms, 1h);
    EXPECT_EQ(*limit.read("100ms"), 100ms);
    EXPECT_EQ(*limit.read("1h"), 1h);
    EXPECT_EQ(limit.read("99ms").error().remedy, "write at least 100ms");
    EXPECT_EQ(limit.read("2h").error().remedy, "write at most 1h");
    EXPECT_EQ(limit.read("soon").error().what, "is not a duration");
}

TEST(quantities, seconds_take_no_fractions) {
    const auto lifetime = seconds_between(1s, 1h);
    EXPECT_EQ(*lifetime.read("5m"), 300s);
    EXPECT_EQ(*lifetime.read("2000ms"), 2s);
    EXPECT_EQ(lifetime.read("1500ms").error().what, "is not a whole number of seconds");
}

TEST(quantities, zero_can_mean_no_limit) {
    EXPECT_EQ(*size_between(1024, 4096, zero_is::no_limit).read("0"), 0U);
    EXPECT_TRUE(size_between(1024, 4096).read("0").has_error());
    EXPECT_TRUE(size_between(1024, 4096, zero_is::no_limit).read("1B").has_error());
}

TEST(quantities, count_is_digits_alone) {
    const auto count = count_between(1U, 16U);
    EXPECT_EQ(*count.read("16"), 16U);
    for (const std::string_view text :
         {"", "0", "17", "1.0", "0x1", "two", "1 ", "-1", "4294967297"}) {
        EXPECT_TRUE(count.read(text).has_error()) << text;
    }
}

TEST(quantities, flag_is_true_or_false_and_nothing_like_it) {
    EXPECT_TRUE(*yes_or_no().read("true"));
    EXPECT_FALSE(*yes_or_no().read("false"));
    for (const std::string_view text : {"yes", "no", "True", "1", "on", ""}) {
        EXPECT_TRUE(yes_or_no().read(text).has_error()) << text;
    }
}

}  // namespace
}  // namespace cloche::config
