#include "base/utc_text.hpp"

#include <gtest/gtest.h>

namespace cloche {
namespace {

TEST(utc_text, what_is_written_is_read) {
    const struct {
        std::int64_t seconds;
        const char* text;
    } times[] = {
        {0, "1970-01-01T00:00:00Z"},
        {951'782'399, "2000-02-28T23:59:59Z"},
        {951'782'400, "2000-02-29T00:00:00Z"},
        {1'795'507'800, "2026-11-24T08:10:00Z"},
        {4'102'444'799, "2099-12-31T23:59:59Z"},
    };
    for (const auto& each : times) {
        const instant when{seconds(each.seconds)};
        EXPECT_EQ(utc_text(when), each.text);
        EXPECT_EQ(utc_text(when + milliseconds(999)), each.text);
        EXPECT_EQ(parse_utc_text(each.text), when) << each.text;
    }
}

TEST(utc_text, anything_else_is_refused) {
    for (const char* text :
         {"",
          "2026-11-24",
          "2026-11-24 08:10:00Z",
          "2026-11-24T08:10:00",
          "2026-11-24T08:10:00.5Z",
          "2026-11-24T08:10:00+01:00",
          "2026-11-24T08:10:00Zx",
          "2026-13-24T08:10:00Z",
          "2026-02-29T08:10:00Z",
          "2026-11-24T24:00:00Z",
          "2026-11-24T08:60:00Z",
          "2026-11-24T08:10:60Z",
          "+026-11-24T08:10:00Z"})
        EXPECT_FALSE(parse_utc_text(text)) << text;
}

}  // namespace
}  // namespace cloche
