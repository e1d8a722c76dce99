#include "http/message.hpp"

#include <gtest/gtest.h>

namespace cloche::http {
namespace {

TEST(message, the_first_field_of_a_name_is_found) {
    request_head head;
    head.fields = {
        {field_id::other, "A", "1"}, {field_id::via, "Via", "x"}, {field_id::via, "via", "y"}};
    ASSERT_NE(head.find(field_id::via), nullptr);
    EXPECT_EQ(head.find(field_id::via)->value, "x");
    EXPECT_EQ(head.value(field_id::via), "x");
    EXPECT_EQ(head.find(field_id::host), nullptr);
    EXPECT_EQ(head.value(field_id::host), "");
}

TEST(message, a_reply_keeps_repeated_fields_apart_CK_6) {
    reply answer(404, "text/plain", "nothing here");
    answer.with("Set-Cookie", "a=1").with("Set-Cookie", "b=2");
    EXPECT_EQ(answer.status, 404u);
    EXPECT_EQ(answer.body, "nothing here");
    ASSERT_EQ(answer.fields.size(), 3u);
    EXPECT_EQ(answer.fields[0].first, "Content-Type");
    EXPECT_EQ(answer.fields[0].second, "text/plain");
    EXPECT_EQ(answer.fields[1].second, "a=1");
    EXPECT_EQ(answer.fields[2].second, "b=2");
}

TEST(message, case_is_ignored_for_ascii_letters_alone) {
    EXPECT_TRUE(equal_ignoring_case("Content-Type", "cONTENT-tYPE"));
    EXPECT_TRUE(equal_ignoring_case("", ""));
    EXPECT_FALSE(equal_ignoring_case("a", "ab"));
    EXPECT_FALSE(equal_ignoring_case("@", "`"));
    EXPECT_FALSE(equal_ignoring_case("[", "{"));
    EXPECT_FALSE(equal_ignoring_case("\xc4", "\xe4"));
    EXPECT_FALSE(equal_ignoring_case("-", "\r"));
}

TEST(message, statuses_have_their_reasons) {
    EXPECT_EQ(reason_phrase(200), "OK");
    EXPECT_EQ(reason_phrase(421), "Misdirected Request");
    EXPECT_EQ(reason_phrase(503), "Service Unavailable");
    EXPECT_EQ(reason_phrase(299), "");
}

}  // namespace
}  // namespace cloche::http
