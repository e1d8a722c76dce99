#include "session/session_cookies.hpp"

#include "base/encoding.hpp"
#include "support/session_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::live_record;
using test::some_day;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using lines = std::vector<std::string>;

const std::string id_a = base64url_encode(std::string(32, 'a'));
const std::string id_b = base64url_encode(std::string(32, 'b'));

session_cookie_options options_for(cookie_mode mode) {
    session_cookie_options made;
    made.mode = mode;
    return made;
}
const auto server = options_for(cookie_mode::server);
const auto tokens = options_for(cookie_mode::tokens);

id_list presented(std::vector<std::string> fields) {
    const std::vector<std::string_view> views(fields.begin(), fields.end());
    return presented_ids(views, server);
}

TEST(presented_ids, the_id_is_found_among_other_cookies) {
    EXPECT_THAT(
        presented({"theme=dark; __Host-Http-session=" + id_a + "; lang=de"}),
        ElementsAre(hash_of(id_a))
    );
}

TEST(presented_ids, several_fields_are_one) {  // CK-5
    EXPECT_THAT(
        presented({"theme=dark", "__Host-Http-session=" + id_a}), ElementsAre(hash_of(id_a))
    );
}

TEST(presented_ids, of_two_none_is_preferred) {  // CK-4
    EXPECT_THAT(
        presented({"__Host-Http-session=" + id_a + "; __Host-Http-session=" + id_b}),
        ElementsAre(hash_of(id_a), hash_of(id_b))
    );
}

TEST(presented_ids, the_same_twice_is_one) {
    EXPECT_THAT(
        presented({"__Host-Http-session=" + id_a, "__Host-Http-session=" + id_a}),
        ElementsAre(hash_of(id_a))
    );
}

TEST(presented_ids, a_jar_that_was_stuffed_has_none) {
    std::string field = "__Host-Http-session=" + id_a;
    for (char letter = 'c'; letter < 'n'; ++letter)
        field += "; __Host-Http-session=" + base64url_encode(std::string(32, letter));
    EXPECT_THAT(presented({field}), IsEmpty());
}

TEST(presented_ids, names_match_byte_for_byte_and_values_have_our_form) {  // CK-3
    for (const std::string& field :
         {"__host-http-session=" + id_a,
          "session=" + id_a,
          "\"__Host-Http-session\"=" + id_a,
          "__Host-Http-session=\"" + id_a + "\"",
          "__Host-Http-session=" + id_a + "=",
          "__Host-Http-session=" + id_a.substr(1),
          std::string("__Host-Http-session="),
          std::string("__Host-Http-session"),
          std::string()})
        EXPECT_THAT(presented({field}), IsEmpty()) << field;
}

class cookies_of_an_answer : public testing::Test {
protected:
    lines mend(
        const record* session, std::string field, const session_cookie_options& options = tokens
    ) {
        cookies::cookie_jar jar(options.scope);
        const std::vector<std::string_view> fields{field};
        EXPECT_TRUE(mend_session_cookies(jar, fields, session, some_day, options));
        return jar.lines();
    }
    record session_ = [] {
        auto made = live_record();
        made.tokens.access = access_token("AAA");
        made.tokens.refresh = refresh_token("RRR");
        return made;
    }();
};

TEST_F(cookies_of_an_answer, a_sign_in_sets_the_id_for_the_life_of_the_session) {
    cookies::cookie_jar jar(server.scope);
    ASSERT_TRUE(set_session_cookies(jar, session_id(id_a), session_, some_day, server));
    EXPECT_THAT(
        jar.lines(),
        ElementsAre(AllOf(
            StartsWith("__Host-Http-session=" + id_a + ";"),
            HasSubstr("Max-Age=2592000"),
            HasSubstr("HttpOnly"),
            HasSubstr("Secure"),
            HasSubstr("SameSite=Strict"),
            HasSubstr("Path=/")
        ))
    );
}

TEST_F(cookies_of_an_answer, a_sign_in_in_tokens_mode_sets_copies_for_what_is_left_of_their_life) {
    cookies::cookie_jar jar(tokens.scope);
    session_.tokens.refresh_expires = some_day + 1h;
    const instant now = some_day + 10s;
    ASSERT_TRUE(set_session_cookies(jar, session_id(id_a), session_, now, tokens));
    EXPECT_THAT(
        jar.lines(),
        ElementsAre(
            StartsWith("__Host-Http-session="),
            AllOf(StartsWith("accessToken=AAA;"), HasSubstr("Max-Age=290")),
            AllOf(StartsWith("refreshToken=RRR;"), HasSubstr("Max-Age=3590"))
        )
    );
}

TEST_F(cookies_of_an_answer, a_copy_of_unknown_life_stays_as_long_as_the_session_may) {
    session_.tokens.life.reset();
    EXPECT_THAT(
        mend(&session_, "refreshToken=RRR"),
        ElementsAre(AllOf(StartsWith("accessToken=AAA;"), HasSubstr("Max-Age=2592000")))
    );
}

TEST_F(cookies_of_an_answer, copies_that_are_right_are_left_alone) {
    EXPECT_THAT(mend(&session_, "accessToken=AAA; refreshToken=RRR"), IsEmpty());
}

TEST_F(cookies_of_an_answer, copies_that_differ_or_are_missing_are_mended) {
    EXPECT_THAT(
        mend(&session_, "accessToken=old"),
        ElementsAre(StartsWith("accessToken=AAA;"), StartsWith("refreshToken=RRR;"))
    );
    EXPECT_THAT(
        mend(&session_, "accessToken=AAA; accessToken=AAA; refreshToken=RRR"),
        ElementsAre(StartsWith("accessToken=AAA;"))
    );
}

TEST_F(cookies_of_an_answer, copies_with_no_session_behind_them_expire) {
    EXPECT_THAT(
        mend(nullptr, "accessToken=AAA; refreshToken=RRR"),
        ElementsAre(
            AllOf(StartsWith("accessToken=;"), HasSubstr("Max-Age=0")),
            AllOf(StartsWith("refreshToken=;"), HasSubstr("Max-Age=0"))
        )
    );
    EXPECT_THAT(mend(nullptr, "theme=dark"), IsEmpty());
}

// A late answer of theirs once took the copies of the next person off.
TEST_F(cookies_of_an_answer, a_session_that_is_over_or_suspended_touches_nothing) {
    for (const auto state : {session_state::ended, session_state::suspended}) {
        session_.state = state;
        EXPECT_THAT(mend(&session_, ""), IsEmpty());
        EXPECT_THAT(mend(&session_, "accessToken=AAA; refreshToken=RRR"), IsEmpty());
    }
}

TEST_F(cookies_of_an_answer, a_copy_of_a_token_that_is_over_is_not_set) {
    session_.tokens.life = 0s;
    session_.tokens.sent_at = some_day - 1h;
    session_.tokens.life = 10s;
    EXPECT_THAT(mend(&session_, "refreshToken=RRR"), IsEmpty());
    EXPECT_THAT(
        mend(&session_, "accessToken=AAA; refreshToken=RRR"),
        ElementsAre(StartsWith("accessToken=;"))
    );
}

TEST_F(cookies_of_an_answer, server_mode_leaves_the_apps_cookies_alone) {
    EXPECT_THAT(mend(&session_, "accessToken=mine", server), IsEmpty());
    EXPECT_THAT(mend(nullptr, "accessToken=mine", server), IsEmpty());
}

TEST_F(cookies_of_an_answer, mending_never_touches_the_id) {  // only the sign-out routes expire it
    for (const record* session : {static_cast<const record*>(nullptr), &std::as_const(session_)})
        for (const auto& line : mend(session, "__Host-Http-session=" + id_a))
            EXPECT_THAT(line, Not(StartsWith("__Host-Http-session")));
}

TEST_F(cookies_of_an_answer, a_sign_out_expires_all_of_them) {
    cookies::cookie_jar jar(tokens.scope);
    ASSERT_TRUE(expire_session_cookies(jar, tokens));
    EXPECT_THAT(
        jar.lines(),
        ElementsAre(
            AllOf(StartsWith("__Host-Http-session=;"), HasSubstr("Max-Age=0")),
            StartsWith("accessToken=;"),
            StartsWith("refreshToken=;")
        )
    );
    cookies::cookie_jar id_alone(server.scope);
    ASSERT_TRUE(expire_session_cookies(id_alone, server));
    EXPECT_THAT(id_alone.lines(), ElementsAre(StartsWith("__Host-Http-session=;")));
}

TEST_F(
    cookies_of_an_answer, a_token_that_browsers_would_drop_is_found_before_the_sign_in
) {  // CK-8
    session_.tokens.access = access_token(std::string(4100, 'a'));
    EXPECT_EQ(session_cookies_fit(session_.tokens, tokens).error(), cookies::errc::too_long);
    EXPECT_TRUE(session_cookies_fit(session_.tokens, server));
    session_.tokens.access = access_token("with space");
    EXPECT_EQ(session_cookies_fit(session_.tokens, tokens).error(), cookies::errc::bad_value);
    session_.tokens.access = access_token("fine");
    EXPECT_TRUE(session_cookies_fit(session_.tokens, tokens));
}

}  // namespace
}  // namespace cloche::session
