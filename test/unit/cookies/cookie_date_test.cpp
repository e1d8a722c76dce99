#include "cookies/cookie_date.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace cloche::cookies {
namespace {

struct date_case {
    const char* text;
    std::int64_t seconds_since_1970;
};

// What servers really send, and what browsers' own tests hold.
const date_case dates[] = {
    // the form everybody should send (RFC 9110 section 5.6.7), and its two older ones
    {"Sun, 06 Nov 1994 08:49:37 GMT", 784'111'777},
    {"Sunday, 06-Nov-94 08:49:37 GMT", 784'111'777},
    {"Sun Nov  6 08:49:37 1994", 784'111'777},
    // with dashes, as Netscape had it and many frameworks still do
    {"Sun, 06-Nov-1994 08:49:37 GMT", 784'111'777},
    {"Sun, 06-Nov-94 08:49:37 GMT", 784'111'777},
    {"Sun,06-Nov-1994 08:49:37 GMT", 784'111'777},
    // no day of the week, no zone, another zone (which does not count), other words
    {"06 Nov 1994 08:49:37", 784'111'777},
    {"6 Nov 1994 8:49:37", 784'111'777},
    {"Sun, 06 Nov 1994 08:49:37 UTC", 784'111'777},
    {"Sun, 06 Nov 1994 08:49:37 +0100", 784'111'777},
    {"Sun, 06 Nov 1994 08:49:37 PST", 784'111'777},
    {"Sunday the 6th of November 1994 at 08:49:37", 784'111'777},
    {"Mon, 06 Nov 1994 08:49:37 GMT", 784'111'777},
    // any order, any case, any delimiter
    {"08:49:37 06 Nov 1994", 784'111'777},
    {"1994 Nov 06 08:49:37", 784'111'777},
    {"Nov 06 1994 08:49:37", 784'111'777},
    {"sun, 06 nOV 1994 08:49:37 gmt", 784'111'777},
    {"06/Nov/1994 08:49:37", 784'111'777},
    {"\tSun,\t06\tNov\t1994\t08:49:37\tGMT", 784'111'777},
    {"  Sun , 06 November 1994 , 08:49:37  ", 784'111'777},
    {"06_Nov_1994@08:49:37", 784'111'777},
    // short fields
    {"Thu, 1 Jan 1970 0:0:0 GMT", 0},
    {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
    {"Thu, 01-Jan-70 00:00:01 GMT", 1},
    {"Thu, 01 Jan 1970 00:00:00.000 GMT", 0},
    {"Thu, 01 Jan 1970 23:59:59 GMT", 86'399},
    // years of two and three digits
    {"01-Jan-69 00:00:00", 3'124'224'000},
    {"01-Jan-70 00:00:00", 0},
    {"01-Jan-99 00:00:00", 915'148'800},
    {"01-Jan-00 00:00:00", 946'684'800},
    {"01 Jan 037 00:00:00", 2'114'380'800},
    // far away
    {"Fri, 31 Dec 9999 23:59:59 GMT", 253'402'300'799},
    {"Tue, 19 Jan 2038 03:14:08 GMT", 2'147'483'648},
    {"01 Jan 1601 00:00:00", -11'644'473'600},
    {"31 Dec 1969 23:59:59", -1},
    // leap days
    {"29 Feb 2024 12:00:00", 1'709'208'000},
    {"29 Feb 2000 00:00:00", 951'782'400},
    // the first token that fits counts
    {"06 07 Nov 1994 08:49:37", 1'194'338'977},  // 2007
    {"06 Nov 1994 1995 08:49:37", 784'111'777},
    {"06 Nov Dec 1994 08:49:37", 784'111'777},
    {"06 Nov 1994 08:49:37 09:50:38", 784'111'777},
    // what follows a number in its token does not count
    {"06th Nov 1994AD 08:49:37am", 784'111'777},
};

TEST(cookie_date, table_of_dates) {
    for (const auto& each : dates) {
        const auto read = parse_cookie_date(each.text);
        ASSERT_TRUE(read) << each.text;
        EXPECT_EQ(read->time_since_epoch() / seconds(1), each.seconds_since_1970) << each.text;
    }
}

TEST(cookie_date, what_is_no_date_is_refused) {
    const char* refused[] = {
        "",
        " ",
        "0",
        "-1",
        "never",
        "Session",
        "784111777",
        "Sun, 06 Nov 1994",
        "06 Nov 08:49:37",
        "06 1994 08:49:37",
        "Nov 1994 08:49:37",
        "1994-11-06T08:49:37Z",
        "11/06/1994 08:49:37",
        "06 Novo 1 08:49:37",
        "06 No 1994 08:49:37",
        "006 Nov 08:49:37",
        "0 Nov 1994 08:49:37",
        "32 Nov 1994 08:49:37",
        "31 Nov 1994 08:49:37",
        "29 Feb 2023 00:00:00",
        "29 Feb 1900 00:00:00",
        "30 Feb 2024 00:00:00",
        "31 Dec 1600 23:59:59",
        "06 Nov 19945 08:49:37",
        "06 Nov 1994 24:00:00",
        "06 Nov 1994 08:60:37",
        "06 Nov 1994 08:49:60",
        "06 Nov 1994 08:49",
        "06 Nov 1994 08:49:",
        "06 Nov 1994 008:49:37",
        "06 Nov 1994 08:049:37",
        "06 Nov 1994 08:49:037",
        "06 Nov 1994 08.49.37",
        "06 Nov 1994 a08:49:37",
        "\xd9\xa6 Nov 1994 08:49:37",
    };
    for (const auto* text : refused)
        EXPECT_FALSE(parse_cookie_date(text)) << text;
}

}  // namespace
}  // namespace cloche::cookies
