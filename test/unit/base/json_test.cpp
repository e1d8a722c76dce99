#include "base/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace cloche {
namespace {

using namespace std::string_literals;
using testing::Optional;

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(json, every_kind_of_value_is_built) {
    const auto text = R"({"text":"a\u00e9\n","list":[1,-2,18446744073709551615,0.5,true,false,)"
                      R"(null],"object":{}})";
    const auto value = parse_json(text);
    ASSERT_TRUE(value) << value.error().message();
    EXPECT_EQ(
        boost::json::serialize(*value),
        "{\"text\":\"a\u00e9\\n\",\"list\":[1,-2,18446744073709551615,5E-1,true,false,null],"
        "\"object\":{}}"
    );
}

TEST(json, white_space_around_a_value_is_no_part_of_it) {
    EXPECT_TRUE(parse_json(" \t\r\n{ \"a\" : 1 } \n"));
    EXPECT_TRUE(parse_json(" 1 "));
}

TEST(json, what_is_not_json_is_refused) {
    const std::string refused[] = {
        "",
        " ",
        "{",
        "{\"a\":1",
        "[1,]",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "nul",
        "NaN",
        "Infinity",
        "01",
        "+1",
        "1.",
        ".5",
        "\"a",
        "\"\\x41\"",
        "\"a\nb\"",
        "\"\\ud800\"",     // half of a pair
        "\"\xff\"",        // not UTF-8
        "\"\xc0\x80\"",    // an overlong form
        "\xef\xbb\xbf{}",  // a byte order mark
        "// no\n{}",
        "{}/* no */",
        "{}\0"s,
    };
    for (const auto& text : refused) {
        EXPECT_EQ(parse_json(text).error(), json_errc::malformed) << text;
    }
}

TEST(json, bytes_behind_the_value_are_refused) {
    for (const auto* text : {"{}{}", "{} x", "1 2", "[]]", "null,"}) {
        EXPECT_EQ(parse_json(text).error(), json_errc::malformed) << text;
    }
}

// TK-5. Names are compared as they read, not as they are written.
TEST(json, duplicate_members_are_refused_at_any_depth) {
    const std::string refused[] = {
        R"({"a":1,"a":1})",
        R"({"a":1,"b":2,"a":3})",
        R"({"a":1,"\u0061":2})",
        R"({"":1,"":2})",
        R"([{"x":{"a":1,"a":2}}])",
        R"({"a":{"b":{}},"c":[],"a":0})",
        R"({"\u00e9":1,"é":2})",
    };
    for (const auto& text : refused) {
        EXPECT_EQ(parse_json(text).error(), json_errc::duplicate_member) << text;
    }
}

TEST(json, the_same_name_in_different_objects_is_no_duplicate) {
    EXPECT_TRUE(parse_json(R"({"a":{"a":{"a":1},"b":2},"b":[{"a":1},{"a":2}],"A":3})"));
}

TEST(json, a_long_member_name_is_read_as_a_whole) {
    const std::string prefix(5000, 'n');
    EXPECT_TRUE(parse_json("{\"" + prefix + "1\":1,\"" + prefix + "2\":2}"));
    const auto twice = parse_json("{\"" + prefix + "\\u0031\":1,\"" + prefix + "1\":2}");
    EXPECT_EQ(twice.error(), json_errc::duplicate_member);
}

TEST(json, nesting_is_allowed_up_to_the_limit) {
    EXPECT_TRUE(parse_json(nested(16)));
    EXPECT_EQ(parse_json(nested(17)).error(), json_errc::too_deep);
    EXPECT_TRUE(parse_json(nested(3), {.depth = 3}));
    EXPECT_EQ(parse_json(nested(4), {.depth = 3}).error(), json_errc::too_deep);
    EXPECT_EQ(parse_json(R"({"a":{"b":{"c":{}}}})", {.depth = 3}).error(), json_errc::too_deep);
    EXPECT_EQ(parse_json(std::string(100'000, '[')).error(), json_errc::too_deep);
}

TEST(json, size_is_allowed_up_to_the_limit) {
    const auto text = "\"" + std::string(98, 'a') + "\"";
    EXPECT_TRUE(parse_json(text, {.bytes = 100}));
    EXPECT_EQ(parse_json(text, {.bytes = 99}).error(), json_errc::too_large);
}

TEST(json, only_an_object_is_an_object) {
    const auto object = parse_json_object(R"({"a":"b"})");
    ASSERT_TRUE(object);
    EXPECT_EQ(object->at("a").as_string(), "b");
    for (const auto* text : {"[]", "1", "\"{}\"", "null", "[{}]"}) {
        EXPECT_EQ(parse_json_object(text).error(), json_errc::not_an_object) << text;
    }
    EXPECT_EQ(parse_json_object("{").error(), json_errc::malformed);
}

TEST(json, text_members_are_only_those_that_hold_text) {
    const auto object = parse_json_object(R"({"text":"value","empty":"","number":1,"null":null})");
    ASSERT_TRUE(object);
    EXPECT_THAT(text_member(*object, "text"), Optional("value"s));
    EXPECT_THAT(text_member(*object, "empty"), Optional(""s));
    EXPECT_FALSE(text_member(*object, "number"));
    EXPECT_FALSE(text_member(*object, "null"));
    EXPECT_FALSE(text_member(*object, "absent"));
    EXPECT_FALSE(text_member(*object, "Text"));
}

TEST(json, each_error_has_its_sentence) {
    EXPECT_EQ(error(json_errc::too_deep).message(), "the JSON is nested too deeply");
    EXPECT_STREQ(json_category().name(), "cloche.json");
    EXPECT_EQ(json_category().message(99), "unknown error 99");
}

}  // namespace
}  // namespace cloche
