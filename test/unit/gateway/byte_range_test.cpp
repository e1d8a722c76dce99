#include "gateway/byte_range.hpp"

#include <gtest/gtest.h>

namespace cloche::gateway {
namespace {

struct asked_range {
    const char* range;
    bool is_part;
    std::uint64_t first;
    std::uint64_t size;
};

TEST(byte_range, one_stretch_of_ten_bytes) {
    constexpr asked_range table[] = {
        {"bytes=0-0", true, 0, 1},      {"bytes=2-5", true, 2, 4},
        {"bytes=2-", true, 2, 8},       {"bytes=9-", true, 9, 1},
        {"bytes=2-900", true, 2, 8},    {"bytes=-3", true, 7, 3},
        {"bytes=-30", true, 0, 10},     {"Bytes= 1-2 ", true, 1, 2},
        {"bytes=10-", true, 0, 0},      {"bytes=10-12", true, 0, 0},
        {"bytes=-0", true, 10, 0},      {"", false, 0, 0},
        {"bytes=", false, 0, 0},        {"bytes=-", false, 0, 0},
        {"bytes=5-2", false, 0, 0},     {"bytes=a-b", false, 0, 0},
        {"bytes=1-2,4-5", false, 0, 0}, {"bytes=1-2x", false, 0, 0},
        {"bytes=+1-2", false, 0, 0},    {"bytes=99999999999999999999-", false, 0, 0},
        {"lines=0-1", false, 0, 0},
    };
    for (const auto& row : table) {
        const auto found = read_range(row.range, 10);
        ASSERT_EQ(found.has_value(), row.is_part) << row.range;
        if (!found) continue;
        EXPECT_EQ(found->first, row.first) << row.range;
        EXPECT_EQ(found->size, row.size) << row.range;
    }
    EXPECT_EQ(read_range("bytes=0-", 0)->size, 0U) << "of an empty file there is no part";
}

TEST(accepted_codings, are_named_and_not_refused) {
    EXPECT_TRUE(accepts_coding("gzip, deflate, br, zstd", "br"));
    EXPECT_TRUE(accepts_coding("gzip;q=0.5,BR ; q=0.1", "br"));
    EXPECT_TRUE(accepts_coding("br", "br"));
    EXPECT_FALSE(accepts_coding("", "br"));
    EXPECT_FALSE(accepts_coding("gzip", "br"));
    EXPECT_FALSE(accepts_coding("*", "br"));
    EXPECT_FALSE(accepts_coding("br;q=0", "br"));
    EXPECT_FALSE(accepts_coding("br;q=0.000, gzip", "br"));
    EXPECT_FALSE(accepts_coding("brotli", "br"));
}

}  // namespace
}  // namespace cloche::gateway
