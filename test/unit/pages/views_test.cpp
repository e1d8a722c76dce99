#include "pages/views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

using namespace cloche::pages;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

namespace {

account_view described(std::string_view json) {
    account_view view;
    describe_user(view, boost::json::parse(json).as_object());
    return view;
}

}  // namespace

TEST(notices, are_chosen_by_name) {
    EXPECT_EQ(notice_from_name("signed-out"), notice::signed_out);
    EXPECT_EQ(notice_from_name("session-ended"), notice::session_ended);
}

TEST(notices, a_link_cannot_bring_words_of_its_own) {
    EXPECT_EQ(notice_from_name("Call 555-0100 now"), notice::none);
    EXPECT_EQ(notice_from_name("signed_out"), notice::none);
    EXPECT_EQ(notice_from_name(""), notice::none);
}

TEST(describe_user, knows_the_examples_shape) {
    const auto view = described(
        R"({"id":7,"fullName":"Zoe Hill","email":"zoe@example.org","role":"user","createdAt":"2026-01-02T03:04:05Z"})"
    );
    EXPECT_EQ(view.name, "Zoe Hill");
    EXPECT_EQ(view.email, "zoe@example.org");
    EXPECT_THAT(
        view.details,
        ElementsAre(
            Pair("Id", "7"), Pair("Role", "user"), Pair("Created at", "2026-01-02 03:04 UTC")
        )
    );
}

TEST(describe_user, knows_other_shapes) {
    const auto view = described(
        R"({"display_name_x":"a","name":"Ann","mail":"a@b.example","email_verified":true})"
    );
    EXPECT_EQ(view.name, "Ann");
    EXPECT_EQ(view.email, "a@b.example");
    EXPECT_THAT(
        view.details, ElementsAre(Pair("Display name x", "a"), Pair("Email verified", "yes"))
    );
}

TEST(describe_user, leaves_out_what_is_no_plain_value) {
    const auto view = described(
        R"({"name":{"first":"A"},"tags":["x"],"photo":null,"nick":"","big":18446744073709551615})"
    );
    EXPECT_EQ(view.name, "");
    EXPECT_THAT(view.details, ElementsAre(Pair("Big", "18446744073709551615")));
}

TEST(describe_user, an_empty_user_gives_an_empty_view) {
    EXPECT_THAT(described("{}").details, IsEmpty());
}

TEST(describe_user, shows_a_moment_as_people_read_it) {
    const auto view = described(
        R"({"a":"2026-11-23T15:28:00.123Z","b":"2026-11-23","c":"2026-11-23T15:28:00+01:00","d":"2026-11-23T1x:28:00Z"})"
    );
    EXPECT_THAT(
        view.details,
        ElementsAre(
            Pair("A", "2026-11-23 15:28 UTC"),
            Pair("B", "2026-11-23"),
            Pair("C", "2026-11-23T15:28:00+01:00"),
            Pair("D", "2026-11-23T1x:28:00Z")
        )
    );
}
