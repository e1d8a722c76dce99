#include "http/trace_context.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::http {
namespace {

const std::string trace_id = "0af7651916cd43dd8448eb211c80319c";
const std::string parent_id = "b7ad6b7169203331";
const std::string valid = "00-" + trace_id + "-" + parent_id + "-01";
const std::string random_bytes =
    "\x01\x23\x45\x67\x89\xab\xcd\xef"
    "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f";

TEST(trace_context, a_valid_traceparent_is_read) {
    const auto parsed = parse_traceparent(valid);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->trace_id, trace_id);
    EXPECT_EQ(parsed->parent_id, parent_id);
    EXPECT_EQ(parsed->flags, "01");
}

TEST(trace_context, a_later_version_may_be_longer) {
    EXPECT_TRUE(parse_traceparent("cc-" + trace_id + "-" + parent_id + "-01"));
    EXPECT_TRUE(parse_traceparent("cc-" + trace_id + "-" + parent_id + "-01-what-the-future-brings")
    );
    EXPECT_FALSE(parse_traceparent("cc-" + trace_id + "-" + parent_id + "-01.what"));
}

TEST(trace_context, an_invalid_traceparent_is_passed_over) {
    const std::string zeros(32, '0');
    const std::string cases[] = {
        "",
        "00",
        "00-" + trace_id + "-" + parent_id,
        "00-" + trace_id + "-" + parent_id + "-0",
        "00-" + trace_id + "-" + parent_id + "-01-",
        "00-" + trace_id + "-" + parent_id + "-01-x",
        "ff-" + trace_id + "-" + parent_id + "-01",
        "0x-" + trace_id + "-" + parent_id + "-01",
        "00-" + zeros + "-" + parent_id + "-01",
        "00-" + trace_id + "-" + zeros.substr(16) + "-01",
        "00-" + trace_id.substr(1) + "g-" + parent_id + "-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" + parent_id + "-01",
        "00_" + trace_id + "-" + parent_id + "-01",
        "00-" + trace_id + "_" + parent_id + "-01",
        "00-" + trace_id + "-" + parent_id + "_01",
        "00-" + trace_id + "-" + parent_id + "-0G",
        " " + valid.substr(1),
    };
    for (const std::string& text : cases)
        EXPECT_FALSE(parse_traceparent(text)) << text;
}

TEST(trace_context, a_trace_goes_on_with_a_parent_of_our_own) {
    EXPECT_EQ(next_traceparent(valid, random_bytes), "00-" + trace_id + "-0123456789abcdef-01");
    EXPECT_EQ(
        next_traceparent("00-" + trace_id + "-" + parent_id + "-00", random_bytes),
        "00-" + trace_id + "-0123456789abcdef-00"
    );
}

TEST(trace_context, flags_that_are_not_known_are_not_passed_on) {
    EXPECT_EQ(
        next_traceparent("cc-" + trace_id + "-" + parent_id + "-ff-x", random_bytes),
        "00-" + trace_id + "-0123456789abcdef-01"
    );
    EXPECT_EQ(
        next_traceparent("cc-" + trace_id + "-" + parent_id + "-fe", random_bytes),
        "00-" + trace_id + "-0123456789abcdef-00"
    );
}

TEST(trace_context, without_a_trace_a_new_one_begins) {
    const std::string expected = "00-101112131415161718191a1b1c1d1e1f-0123456789abcdef-01";
    EXPECT_EQ(next_traceparent("", random_bytes), expected);
    EXPECT_EQ(next_traceparent("00-\r\nevil", random_bytes), expected);
}

TEST(trace_context, no_id_is_all_zeros) {
    const auto parsed =
        parse_traceparent(next_traceparent("", std::string(traceparent_random, '\0')));
    EXPECT_TRUE(parsed);
}

TEST(request_id, is_ours_unless_a_trusted_proxy_gave_a_sane_one) {
    const std::string ours = "0123456789abcdef1011121314151617";
    EXPECT_EQ(request_id("theirs-1", false, random_bytes), ours);
    EXPECT_EQ(request_id("theirs-1", true, random_bytes), "theirs-1");
    EXPECT_EQ(request_id("A.b_c:9-", true, random_bytes), "A.b_c:9-");
    EXPECT_EQ(request_id(std::string(128, 'x'), true, random_bytes), std::string(128, 'x'));
    for (const std::string& text :
         {std::string(),
          std::string(129, 'x'),
          std::string("a b"),
          std::string("a\nb"),
          std::string("a\"b"),
          std::string("\xc3\xa9"),
          std::string("{}")}) {
        EXPECT_EQ(request_id(text, true, random_bytes), ours) << text;
    }
}

}  // namespace
}  // namespace cloche::http
