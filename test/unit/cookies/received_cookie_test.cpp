#include "cookies/received_cookie.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cloche::cookies {
namespace {

using namespace std::string_literals;
using testing::Optional;

TEST(received_cookie, the_line_of_the_example_is_read) {
    const auto read = parse_set_cookie(
        "refreshToken=abc.def; Max-Age=172800; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT; "
        "HttpOnly; SameSite=Lax"
    );
    ASSERT_TRUE(read);
    EXPECT_EQ(read->name, "refreshToken");
    EXPECT_EQ(read->value, "abc.def");
    EXPECT_EQ(read->max_age, seconds(172'800));
    EXPECT_EQ(read->expires, instant(seconds(1'792'567'680)));
    EXPECT_EQ(
        read->attributes,
        " Max-Age=172800; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT; HttpOnly; SameSite=Lax"
    );
}

struct pair_case {
    std::string line;
    std::string name;
    std::string value;
};

TEST(received_cookie, table_of_names_and_values) {
    const pair_case cases[] = {
        {"a=b", "a", "b"},
        {"a=", "a", ""},
        {" a = b ; Path=/", "a", "b"},
        {"\ta\t=\tb\t", "a", "b"},
        {"a=b=c; x", "a", "b=c"},
        {R"(a="b c")", "a", R"("b c")"},
        {"a b=c d", "a b", "c d"},
        {"a=b,c=d", "a", "b,c=d"},
        {"a=b;", "a", "b"},
        {"a=%20;", "a", "%20"},
        {"a=caf\xc3\xa9", "a", "caf\xc3\xa9"},
    };
    for (const auto& each : cases) {
        const auto read = parse_set_cookie(each.line);
        ASSERT_TRUE(read) << each.line;
        EXPECT_EQ(read->name, each.name) << each.line;
        EXPECT_EQ(read->value, each.value) << each.line;
    }
}

TEST(received_cookie, a_line_without_a_name_is_none) {
    for (const auto* line : {"", "a", "=a", " =a", ";", "; a=b", "a; b=c", " ; Path=/"}) {
        EXPECT_FALSE(parse_set_cookie(line)) << line;
    }
}

TEST(received_cookie, a_line_with_a_control_character_is_none) {
    for (const auto& line :
         {"a=b\0c"s, "a=b\r\nX: y"s, "a\x01=b"s, "a=b; Path=/\n"s, "a=\x7f"s, "a=b\x1f"s}) {
        EXPECT_FALSE(parse_set_cookie(line)) << line;
    }
    EXPECT_TRUE(parse_set_cookie("a=b\tc"));
}

TEST(received_cookie, more_than_browsers_keep_is_none) {
    EXPECT_TRUE(parse_set_cookie("a=" + std::string(4095, 'v') + "; Path=/"));
    EXPECT_FALSE(parse_set_cookie("a=" + std::string(4096, 'v')));
}

struct age_case {
    const char* attribute;
    std::optional<seconds> age;
};

TEST(received_cookie, table_of_max_ages) {
    const age_case cases[] = {
        {"Max-Age=60", seconds(60)},
        {"max-age=60", seconds(60)},
        {" MAX-AGE = 60 ", seconds(60)},
        {"Max-Age=0", seconds(0)},
        {"Max-Age=-1", seconds(0)},
        {"Max-Age=-99999999999999999999", seconds(0)},
        {"Max-Age=0060", seconds(60)},
        {"Max-Age=99999999999999999999999", seconds(3'153'600'000)},
        {"Max-Age=", std::nullopt},
        {"Max-Age", std::nullopt},
        {"Max-Age=-", std::nullopt},
        {"Max-Age=+60", std::nullopt},
        {"Max-Age=60s", std::nullopt},
        {"Max-Age=6 0", std::nullopt},
        {"Max-Age=\"60\"", std::nullopt},
        {"Max-Age=1e3", std::nullopt},
        {"Max-Age=60.5", std::nullopt},
        {"MaxAge=60", std::nullopt},
        {"X-Max-Age=60", std::nullopt},
        {"Max-Age=60; Max-Age=70", seconds(70)},
        {"Max-Age=60; Max-Age=soon", seconds(60)},
    };
    for (const auto& each : cases) {
        const auto line = "a=b;" + std::string(each.attribute);
        const auto read = parse_set_cookie(line);
        ASSERT_TRUE(read) << line;
        EXPECT_EQ(read->max_age, each.age) << line;
        EXPECT_FALSE(read->expires) << line;
    }
}

// CK-6: the comma in a date is no separator.
TEST(received_cookie, the_comma_of_a_date_is_part_of_it) {
    const auto read = parse_set_cookie("a=b; Expires=Thu, 01 Jan 1970 00:00:10 GMT");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->expires, instant(seconds(10)));
}

TEST(received_cookie, an_unreadable_date_is_passed_over) {
    EXPECT_FALSE(parse_set_cookie("a=b; Expires=0")->expires);
    EXPECT_FALSE(parse_set_cookie("a=b; Expires")->expires);
    EXPECT_THAT(
        parse_set_cookie("a=b; Expires=Thu, 01 Jan 1970 00:00:10 GMT; Expires=never")->expires,
        Optional(instant(seconds(10)))
    );
}

TEST(received_cookie, an_attribute_value_beyond_1024_bytes_is_passed_over) {
    const std::string zeros(1023, '0');
    EXPECT_EQ(parse_set_cookie("a=b; Max-Age=" + zeros + "1")->max_age, seconds(1));
    EXPECT_FALSE(parse_set_cookie("a=b; Max-Age=" + zeros + "10")->max_age);
}

TEST(received_cookie, what_looks_like_an_attribute_in_the_pair_is_none) {
    const auto read = parse_set_cookie("Max-Age=60; Path=/");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->name, "Max-Age");
    EXPECT_FALSE(read->max_age);
}

struct domain_case {
    const char* line;
    const char* passed;
};

// CK-14
const domain_case domains[] = {
    {"a=b", "a=b"},
    {"a=b; Path=/; Secure", "a=b; Path=/; Secure"},
    {"a=b; Domain=example.org; Path=/", "a=b; Path=/"},
    {"a=b; Path=/; Domain=example.org", "a=b; Path=/"},
    {"a=b; DOMAIN=.example.org", "a=b"},
    {"a=b;domain=example.org;path=/", "a=b;path=/"},
    {"a=b; Domain = example.org ; Path=/", "a=b; Path=/"},
    {"a=b; Domain=a; Path=/; Domain=b", "a=b; Path=/"},
    {"a=b; Domain", "a=b"},
    {"a=b; Domain=", "a=b"},
    {"a=b;\tDomain\t=\tx", "a=b"},
    {"a=b; X-Domain=x; Domains=y", "a=b; X-Domain=x; Domains=y"},
    {"a=Domain=x", "a=Domain=x"},
    {"Domain=x; Path=/", "Domain=x; Path=/"},
    {"a=b; Path=/;", "a=b; Path=/"},
    {"a=b; Comment=\"; Domain=x\"", "a=b; Comment=\""},
    {"", ""},
};

TEST(received_cookie, the_domain_is_taken_off_and_nothing_else) {
    for (const auto& each : domains)
        EXPECT_EQ(without_domain(each.line), each.passed) << each.line;
}

}  // namespace
}  // namespace cloche::cookies
