#include "cookies/cookie_header.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::cookies {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> pairs_of(std::string_view header) {
    std::vector<std::string> pairs;
    cookie_header reader(header);
    while (const auto pair = reader.next()) {
        pairs.push_back("[" + std::string(pair->name) + "|" + std::string(pair->value) + "]");
    }
    return pairs;
}

TEST(cookie_header, pairs_come_in_order) {
    EXPECT_THAT(pairs_of("a=1; b=2; c=3"), ElementsAre("[a|1]", "[b|2]", "[c|3]"));
    EXPECT_THAT(pairs_of("a=1"), ElementsAre("[a|1]"));
}

TEST(cookie_header, nothing_holds_no_pairs) {
    for (const auto* header : {"", " ", ";", " ; ;\t;"})
        EXPECT_THAT(pairs_of(header), IsEmpty());
}

TEST(cookie_header, space_and_tab_around_a_pair_are_no_part_of_it) {
    EXPECT_THAT(pairs_of(" a=1 ;\tb=2\t;c=3"), ElementsAre("[a|1]", "[b|2]", "[c|3]"));
}

TEST(cookie_header, the_first_equals_sign_parts_name_and_value) {
    EXPECT_THAT(pairs_of("a=b=c==; d="), ElementsAre("[a|b=c==]", "[d|]"));
}

TEST(cookie_header, a_pair_without_a_name_has_an_empty_one) {
    EXPECT_THAT(pairs_of("sid; =sid; a=1"), ElementsAre("[|sid]", "[|sid]", "[a|1]"));
}

TEST(cookie_header, quotes_are_part_of_the_value_and_hide_no_semicolon) {
    EXPECT_THAT(pairs_of(R"(a="1; b=2")"), ElementsAre(R"([a|"1])", R"([b|2"])"));
}

// CK-3: each of these has overridden a session cookie somewhere.
TEST(cookie_header, names_match_byte_for_byte) {
    const auto name = "__Host-sid";
    EXPECT_THAT(values_of("__Host-sid=good", name), ElementsAre("good"));
    const std::string others[] = {
        "__host-sid=x",
        "__HOST-SID=x",
        "__Host-sid =x",
        "__Host-sid\t=x",
        "\"__Host-sid\"=x",
        "__Host%2Dsid=x",
        "$Version=1; $Path=__Host-sid=x",
        "\xc2\xa0__Host-sid=x",
        "\xe2\x80\x80__Host-sid=x",
        "\x0b__Host-sid=x",
        "\x0c__Host-sid=x",
        "\r__Host-sid=x",
        "\n__Host-sid=x",
        "__Host-sid\0=x"s,
        "a,__Host-sid=x",
        "=__Host-sid=x",
        "__Host-sid",
        "__Host-sid2=x",
        "x__Host-sid=x",
    };
    for (const auto& header : others)
        EXPECT_THAT(values_of(header, name), IsEmpty()) << header;
}

// CK-4
TEST(cookie_header, every_value_of_a_name_is_given) {
    EXPECT_THAT(values_of("sid=1; a=2; sid=3;sid=", "sid"), ElementsAre("1", "3", ""));
}

TEST(cookie_header, the_next_of_a_name_is_found_among_lookalikes) {
    cookie_header pairs("xsid=0; sid2=0; a=sid=0;\tsid=1 ; b=;sid=0; sid=2");
    EXPECT_EQ(pairs.next_named("sid")->value, "1");
    EXPECT_EQ(pairs.next()->name, "b");
    EXPECT_EQ(pairs.next_named("sid")->value, "0");
    EXPECT_EQ(pairs.next_named("sid")->value, "2");
    EXPECT_FALSE(pairs.next_named("sid"));
    EXPECT_FALSE(pairs.next());
}

TEST(cookie_header, values_are_given_as_they_came) {
    EXPECT_THAT(values_of(R"(a="q"; b=%20+; c= x)", "a"), ElementsAre(R"("q")"));
    EXPECT_THAT(values_of(R"(a="q"; b=%20+; c= x)", "b"), ElementsAre("%20+"));
    EXPECT_THAT(values_of(R"(a="q"; b=%20+; c= x)", "c"), ElementsAre(" x"));
}

struct copy_case {
    const char* header;
    const char* kept;
};

// CK-15, with `sid` as the gateway's own
const copy_case copies[] = {
    {"sid=1", ""},
    {"", ""},
    {" ; ", ""},
    {"a=1", "a=1"},
    {"a=1; b=2", "a=1; b=2"},
    {"sid=1; a=1", "a=1"},
    {"a=1; sid=1", "a=1"},
    {"a=1; sid=1; b=2", "a=1; b=2"},
    {"sid=1; sid=2; a=1; sid=3; b=2; sid=4", "a=1; b=2"},
    {"a=1;sid=1;b=2", "a=1;b=2"},
    {"a=1;  b= 2 ; c=3", "a=1;  b= 2 ; c=3"},
    {"sid; a=1", "sid; a=1"},
    {"Sid=1; sid =2; sid2=3", "Sid=1; sid =2; sid2=3"},
    {"; ;a=1;;b=2;", "a=1;;b=2"},
    {"sid=1;; ;a=1", "a=1"},
    {"a=1; ;sid=1; ;b=2", "a=1; ;b=2"},
    {"a=1; sid=1;;", "a=1"},
    {"a=1; sid=1  ; b=2", "a=1; b=2"},
    {"  sid=1;  a=1", "a=1"},
    {R"(a="x; sid=1; y")", R"(a="x; y")"},
};

TEST(cookie_header, chosen_pairs_are_left_out_of_a_copy) {
    const std::array<std::string_view, 1> ours{"sid"};
    for (const auto& each : copies) {
        std::string out;
        const auto appended = copy_without(each.header, ours, out);
        EXPECT_EQ(appended, !out.empty()) << each.header;
        EXPECT_EQ(out, each.kept) << each.header;
    }
}

TEST(cookie_header, a_copy_is_appended_to_what_is_there) {
    const std::array<std::string_view, 2> all{"b", "a"};
    std::string out = "cookie: ";
    EXPECT_TRUE(copy_without("a=1; b=2", {}, out));
    EXPECT_EQ(out, "cookie: a=1; b=2");
    EXPECT_FALSE(copy_without("a=1; b=2", all, out));
    EXPECT_EQ(out, "cookie: a=1; b=2");
}

}  // namespace
}  // namespace cloche::cookies
