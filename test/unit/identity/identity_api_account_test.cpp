// Registering, verifying and resending, over HTTP.
#include "base/encoding.hpp"
#include "unit/identity/running_api.hpp"

#include <gtest/gtest.h>

namespace cloche::identity::test {
namespace {

using namespace std::chrono_literals;

const std::string zoe = "zoe@example.org";

api_answer open_link(const running_api& api, const std::string& mail) {
    return api.call("GET", "/auth/verify?" + link_query(mail));
}

TEST(identity_api_account, a_registered_and_verified_person_can_sign_in) {
    running_api api;
    const auto registered = api.register_account("Zoe@Example.ORG");
    EXPECT_EQ(registered.status, 201u);
    EXPECT_FALSE(registered.text_at("/message").empty());
    EXPECT_FALSE(registered.text_at("/data/message").empty());
    EXPECT_EQ(registered.field("Cache-Control"), "no-store");

    // ID-12
    EXPECT_EQ(api.login("Zoe@example.org").status, 401u);

    const auto mail = api.mails_to("Zoe@example.org", 1).front();
    // ID-11: whatever Host the request named.
    EXPECT_NE(mail.find("\r\nhttp://localhost:3000/auth/verify?token="), std::string::npos);
    const auto verified = open_link(api, mail);
    EXPECT_EQ(verified.status, 200u);
    EXPECT_FALSE(verified.text_at("/message").empty());
    EXPECT_EQ(api.login("Zoe@EXAMPLE.org").status, 200u);
    // ID-8: the local part is kept.
    EXPECT_EQ(api.login(zoe).status, 401u);
}

TEST(identity_api_account, a_link_can_be_posted_and_works_once) {
    running_api api;
    api.register_account(zoe);
    const auto query = link_query(api.mails_to(zoe, 1).front());
    const auto token = form_value(query, "token").value();
    EXPECT_EQ(api.post("/auth/verify", {{"token", token}, {"email", zoe}}).status, 200u);
    const auto again = api.post("/auth/verify", {{"token", token}, {"email", zoe}});
    EXPECT_EQ(again.status, 400u);
    EXPECT_EQ(again.text_at("/error"), "Bad Request");
}

// ID-9: used, wrong, stale, another's: all alike.
TEST(identity_api_account, bad_links_are_refused_alike) {
    running_api api;
    api.register_account(zoe);
    api.register_account("max@example.org");
    const auto zoes = form_value(link_query(api.mails_to(zoe, 1).front()), "token").value();

    const auto wrong = api.call("GET", "/auth/verify?token=wrong&email=zoe%40example.org");
    const std::vector<std::string> queries{
        "token=" + zoes + "&email=max%40example.org",
        "token=" + zoes + "&email=nobody%40example.org",
        "token=" + zoes,
        "token=" + zoes + "&email=%",
        "token=undefined&email=undefined",
        "",
    };
    for (const auto& query : queries) {
        const auto answer = api.call("GET", "/auth/verify?" + query);
        EXPECT_EQ(answer.status, 400u) << query;
        EXPECT_EQ(answer.body, wrong.body) << query;
        EXPECT_EQ(answer.fixed_fields(), wrong.fixed_fields()) << query;
    }
    api.time.advance(24h);
    EXPECT_EQ(
        api.call("GET", "/auth/verify?token=" + zoes + "&email=zoe%40example.org").body, wrong.body
    );
}

// The account is the one that the mail spoke of: nobody takes an address over by registering it
// first.
TEST(identity_api_account, a_later_attempt_takes_the_place_of_an_earlier_one) {
    running_api api;
    api.register_account(zoe, "an intruder has chosen", "Mallory Intruder");
    const auto intruders = api.mails_to(zoe, 1).front();
    api.time.advance(1s);
    api.register_account(zoe, good_password, "Zoe Example");
    const auto mails = api.mails_to(zoe, 2);

    EXPECT_EQ(open_link(api, intruders).status, 400u);
    EXPECT_EQ(open_link(api, mails[1]).status, 200u);
    EXPECT_EQ(api.login(zoe, "an intruder has chosen").status, 401u);
    const auto signed_in = api.login(zoe);
    ASSERT_EQ(signed_in.status, 200u);
    EXPECT_EQ(
        api.me(signed_in.text_at("/data/accessToken")).text_at("/data/fullName"), "Zoe Example"
    );
}

// EN-3, EN-2
TEST(identity_api_account, registering_a_known_address_looks_and_costs_the_same) {
    running_api api;
    api.put_account(zoe);
    const auto known = api.register_account(zoe, "another long secret of mine");
    const auto unknown = api.register_account("new@example.org", "another long secret of mine");
    EXPECT_EQ(known.status, 201u);
    EXPECT_EQ(known.body, unknown.body);
    EXPECT_EQ(known.fixed_fields(), unknown.fixed_fields());

    // The owner learns of it, and nothing has changed.
    const auto mail = api.mails_to(zoe, 1).front();
    EXPECT_NE(mail.find("already"), std::string::npos);
    EXPECT_EQ(mail.find("/auth/verify"), std::string::npos);
    EXPECT_EQ(api.login(zoe).status, 200u);
    EXPECT_EQ(api.login(zoe, "another long secret of mine").status, 401u);
}

TEST(identity_api_account, what_is_wrong_is_said_at_its_field) {
    running_api api;
    const auto answer = api.register_account("zoe", "short", "Zo");
    EXPECT_EQ(answer.status, 422u);
    EXPECT_EQ(answer.text_at("/error"), "Unprocessable Content");
    EXPECT_EQ(answer.text_at("/message/0/property"), "fullName");
    EXPECT_EQ(answer.text_at("/message/1/property"), "email");
    EXPECT_EQ(answer.text_at("/message/2/property"), "password");
    EXPECT_FALSE(answer.text_at("/message/2/message").empty());
    // ID-15
    const auto extra = api.post(
        "/auth/register",
        {{"fullName", "Zoe Example"},
         {"email", zoe},
         {"password", good_password},
         {"role", "admin"}}
    );
    EXPECT_EQ(extra.status, 422u);
    EXPECT_EQ(extra.text_at("/message/0/property"), "role");
    EXPECT_TRUE(api.mails_now(zoe).empty());
}

TEST(identity_api_account, a_link_that_is_sent_again_takes_the_place_of_the_first) {
    running_api api;
    api.register_account(zoe);
    const auto first = api.mails_to(zoe, 1).front();
    api.time.advance(1s);
    EXPECT_EQ(api.post("/auth/resend-verification", {{"email", zoe}}).status, 202u);
    const auto second = api.mails_to(zoe, 2)[1];
    EXPECT_NE(second.find("Hello Zoe Example,"), std::string::npos);
    EXPECT_EQ(open_link(api, first).status, 400u);
    EXPECT_EQ(open_link(api, second).status, 200u);
    EXPECT_EQ(api.login(zoe).status, 200u);
}

// EN-3
TEST(identity_api_account, asking_for_a_link_says_nothing_about_the_address) {
    running_api api;
    api.put_account(zoe);
    api.register_account("pending@example.org");
    const auto nobody = api.post("/auth/resend-verification", {{"email", "nobody@example.org"}});
    for (const auto& email : {zoe, std::string("pending@example.org")}) {
        const auto answer = api.post("/auth/resend-verification", {{"email", email}});
        EXPECT_EQ(answer.status, 202u);
        EXPECT_EQ(answer.body, nobody.body);
        EXPECT_EQ(answer.fixed_fields(), nobody.fixed_fields());
    }
    EXPECT_EQ(api.mails_to("pending@example.org", 2).size(), 2u);
    EXPECT_TRUE(api.mails_now("nobody@example.org").empty());
}

// EN-5: also the one that floods another's mail box gets the usual answer, but no more mails.
TEST(identity_api_account, an_address_gets_only_so_many_mails) {
    running_api api;
    api.register_account(zoe);
    for (int i = 0; i < 10; ++i) {
        api.time.advance(1s);
        EXPECT_EQ(api.post("/auth/resend-verification", {{"email", zoe}}).status, 202u);
    }
    api.time.advance(1s);
    api.register_account("last@example.org");
    EXPECT_EQ(api.mails_to("last@example.org", 1).size(), 1u);
    EXPECT_EQ(api.mails_now(zoe).size(), 1u + 5u);

    // Registering it again and again is refused openly, known or not.
    unsigned refused = 0;
    for (int i = 0; i < 6; ++i)
        refused += api.register_account("flood@example.org").status == 429 ? 1 : 0;
    EXPECT_EQ(refused, 1u);
}

// ID-9: neither the table of registrations nor the outbox holds a token that could be used.
TEST(identity_api_account, the_database_holds_no_link) {
    running_api api;
    api.register_account(zoe);
    const auto token = form_value(link_query(api.mails_to(zoe, 1).front()), "token").value();
    for (const auto* name : {"identity.db", "identity.db-wal"}) {
        std::ifstream file(api.data_file(name), std::ios::binary);
        std::stringstream bytes;
        bytes << file.rdbuf();
        EXPECT_EQ(bytes.str().find(token), std::string::npos) << name;
        EXPECT_EQ(bytes.str().find(good_password), std::string::npos) << name;
    }
}

}  // namespace
}  // namespace cloche::identity::test
