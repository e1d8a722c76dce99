#include "cookies/set_cookie.hpp"

#include <gtest/gtest.h>

namespace cloche::cookies {
namespace {

using namespace std::string_literals;
using std::chrono::hours;

const cookie_scope strict;
const cookie_scope lax{true, same_site::lax};
const cookie_scope development{false, same_site::strict};

// CK-1
TEST(set_cookie, every_attribute_is_said) {
    EXPECT_EQ(
        set_cookie("__Host-Http-session", "abc-_123", seconds(3600), strict).value(),
        "__Host-Http-session=abc-_123; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Strict"
    );
    EXPECT_EQ(
        set_cookie("accessToken", "a.b.c", seconds(300), lax).value(),
        "accessToken=a.b.c; Max-Age=300; Path=/; Secure; HttpOnly; SameSite=Lax"
    );
    EXPECT_EQ(
        set_cookie("cloche_session", "abc", seconds(1), development).value(),
        "cloche_session=abc; Max-Age=1; Path=/; HttpOnly; SameSite=Strict"
    );
}

// CK-10
TEST(set_cookie, the_age_is_between_nothing_and_400_days) {
    const auto age_of = [](seconds age) {
        const auto line = set_cookie("a", "", age, strict).value();
        const auto begin = line.find("Max-Age=") + 8;
        return line.substr(begin, line.find(';', begin) - begin);
    };
    EXPECT_EQ(age_of(hours(24 * 400)), "34560000");
    EXPECT_EQ(age_of(hours(24 * 400) + seconds(1)), "34560000");
    EXPECT_EQ(age_of(seconds::max()), "34560000");
    EXPECT_EQ(age_of(seconds(0)), "0");
    EXPECT_EQ(age_of(seconds(-1)), "0");
}

// CK-11
TEST(set_cookie, expiring_repeats_the_scope) {
    EXPECT_EQ(
        expire_cookie("__Host-Http-session", strict).value(),
        "__Host-Http-session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Secure; "
        "HttpOnly; "
        "SameSite=Strict"
    );
    EXPECT_EQ(
        expire_cookie("cloche_session", {false, same_site::lax}).value(),
        "cloche_session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; "
        "SameSite=Lax"
    );
}

TEST(set_cookie, an_expiring_line_is_an_expired_cookie_to_a_reader) {
    const auto line = expire_cookie("a", strict).value();
    const auto read = parse_set_cookie(line);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->max_age, seconds(0));
    EXPECT_EQ(read->expires, instant());
}

// CK-7
TEST(set_cookie, names_are_tokens) {
    EXPECT_TRUE(check_name("aZ09!#$%&'*+-.^_`|~", strict));
    const std::string refused[] = {
        "",    " ",   "a b",       "a=b",  "a;b",         "a,b", "\"a\"",
        "a\t", "a\n", "a\r\nX: y", "a\0"s, "caf\xc3\xa9", "a/b", "a(b)",
        "a@b", "[a]", "{a}",       "a:b",  "a\\b",        "a?b", "\x7f",
    };
    for (const auto& name : refused) {
        EXPECT_EQ(check_name(name, strict).error(), errc::bad_name) << name;
        EXPECT_EQ(set_cookie(name, "x", seconds(1), strict).error(), errc::bad_name) << name;
        EXPECT_EQ(expire_cookie(name, strict).error(), errc::bad_name) << name;
    }
}

// CK-7: RFC 6265bis section 4.1.1, every byte.
TEST(set_cookie, values_are_cookie_octets) {
    for (int c = 0; c < 256; ++c) {
        const auto wanted = c == 0x21 || (c >= 0x23 && c <= 0x2b) || (c >= 0x2d && c <= 0x3a) ||
                            (c >= 0x3c && c <= 0x5b) || (c >= 0x5d && c <= 0x7e);
        const std::string value{'a', static_cast<char>(c), 'b'};
        const auto line = set_cookie("n", value, seconds(1), strict);
        EXPECT_EQ(line.has_value(), wanted) << c;
        if (!line) {
            EXPECT_EQ(line.error(), errc::bad_value) << c;
        }
    }
    EXPECT_TRUE(set_cookie("n", "", seconds(1), strict));
}

struct prefix_case {
    const char* name;
    bool needs_secure;
};

// CK-2: browsers compare prefixes without regard to case.
const prefix_case prefixes[] = {
    {"__Host-a", true},
    {"__Host-Http-a", true},
    {"__Http-a", true},
    {"__Secure-a", true},
    {"__host-a", true},
    {"__HOST-HTTP-a", true},
    {"__hTTp-a", true},
    {"__sEcUrE-a", true},
    {"__Host-", true},
    {"__Host", false},
    {"__Hosta", false},
    {"_Host-a", false},
    {"a__Host-a", false},
    {"Secure-a", false},
    {"cloche_session", false},
};

TEST(set_cookie, prefixes_that_promise_more_than_the_scope_are_refused) {
    for (const auto& each : prefixes) {
        EXPECT_TRUE(check_name(each.name, strict)) << each.name;
        EXPECT_TRUE(check_name(each.name, lax)) << each.name;
        const auto insecure = check_name(each.name, development);
        EXPECT_EQ(insecure.has_error(), each.needs_secure) << each.name;
        if (!insecure) {
            EXPECT_EQ(insecure.error(), errc::prefix) << each.name;
        }
        EXPECT_EQ(
            set_cookie(each.name, "x", seconds(1), development).has_error(), each.needs_secure
        ) << each.name;
        EXPECT_EQ(expire_cookie(each.name, development).has_error(), each.needs_secure)
            << each.name;
    }
}

// CK-8: the whole line counts, not only name and value.
TEST(set_cookie, a_line_is_no_longer_than_4096_bytes) {
    const auto around = set_cookie("n", "", seconds(300), strict).value().size();
    const auto longest = set_cookie("n", std::string(4096 - around, 'v'), seconds(300), strict);
    ASSERT_TRUE(longest);
    EXPECT_EQ(longest->size(), 4096U);
    EXPECT_EQ(
        set_cookie("n", std::string(4097 - around, 'v'), seconds(300), strict).error(),
        errc::too_long
    );
    EXPECT_EQ(expire_cookie(std::string(4090, 'n'), strict).error(), errc::too_long);
}

TEST(set_cookie, each_error_has_its_sentence) {
    for (const auto code : {errc::bad_name, errc::bad_value, errc::prefix, errc::too_long}) {
        EXPECT_EQ(error(code).message().find("unknown"), std::string::npos);
    }
}

}  // namespace
}  // namespace cloche::cookies
