// What the public headers promise without a request. The rest:
// test/integration/application.test.mjs.
#include "support/temporary_folder.hpp"

#include <cloche/application.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>
#include <string>

namespace cloche {
namespace {

const fields json{{"Content-Type", "application/json"}};

response nothing(request&) {
    return {};
}

std::string config_in(const test::temporary_folder& folder) {
    const std::string file = folder.file("gateway.yaml");
    std::ofstream(file) << "listen: 127.0.0.1:0\noperations: 127.0.0.1:0\ndata: "
                        << folder.path().string() << "\nsession: { store: memory }\n";
    return file;
}

TEST(application, refuses_what_is_no_route) {
    application app;
    EXPECT_THROW(app.page("orders", nothing), std::invalid_argument);
    EXPECT_THROW(app.page("/orders", nullptr), std::invalid_argument);
    EXPECT_THROW(app.threads(0), std::invalid_argument);
}

TEST(application, does_not_start_with_two_handlers_for_one_path) {
    const test::temporary_folder folder;
    application app;
    app.page("/orders", nothing).action("/orders", nothing).page("/orders", nothing);
    std::string why;
    EXPECT_FALSE(app.start(config_in(folder), why));
    EXPECT_NE(why.find("/orders"), std::string::npos) << why;
}

TEST(application, does_not_start_with_a_private_sign_in_page) {
    const test::temporary_folder folder;
    application app;
    app.private_page("/sign-in", nothing).sign_in_page("/sign-in");
    EXPECT_THROW(app.sign_in_page("sign-in"), std::invalid_argument);
    std::string why;
    EXPECT_FALSE(app.start(config_in(folder), why));
    EXPECT_NE(why.find("/sign-in is a private page"), std::string::npos) << why;
}

TEST(application, says_what_is_wrong_with_its_configuration) {
    application app;
    std::string why;
    EXPECT_FALSE(app.start("/nowhere/gateway.yaml", why));
    EXPECT_NE(why.find("/nowhere/gateway.yaml"), std::string::npos) << why;
}

TEST(application, starts_stops_and_starts_again) {
    const test::temporary_folder folder;
    application app;
    app.page("/", nothing);
    std::string why;
    for (int round = 0; round < 2; ++round) {
        ASSERT_TRUE(app.start(config_in(folder), why)) << why;
        EXPECT_TRUE(app.address().starts_with("127.0.0.1:"));
        app.stop();
        EXPECT_EQ(app.address(), "");
    }
}

TEST(escape, leaves_nothing_that_could_begin_or_end_markup) {
    EXPECT_EQ(
        escape("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"
    );
    EXPECT_EQ(escape("Zo\xc3\xab"), "Zo\xc3\xab");
}

TEST(api_answer, gives_values_as_text) {
    const api_answer answer(200, json, R"({"data":{"name":"Zoe","id":7,"no":null}})");
    EXPECT_EQ(answer.text("/data/name"), "Zoe");
    EXPECT_EQ(answer.text("/data/id"), "7");
    EXPECT_EQ(answer.text("/data/no"), "null");
    EXPECT_EQ(answer.text("/data/missing"), std::nullopt);
    EXPECT_EQ(answer.text("no pointer"), std::nullopt);
    EXPECT_EQ(api_answer(200, {{"Content-Type", "text/plain"}}, "hello").text("/a"), std::nullopt);
}

TEST(api_answer, gives_header_fields_but_no_cookies) {
    const api_answer answer(
        429, {{"retry-after", "7"}, {"Set-Cookie", "a=b"}, {"Retry-After", "8"}}, {}
    );
    EXPECT_EQ(answer.header("Retry-After"), "7");
    EXPECT_EQ(answer.header("set-cookie"), "");
    EXPECT_EQ(answer.header("X-Other"), "");
}

TEST(api_answer, reads_complaints_of_a_refusal_alone) {
    const std::string body = R"({"message":[{"property":"email","message":"no address"}]})";
    const api_answer refused(422, json, body);
    ASSERT_EQ(refused.field_errors().size(), 1U);
    EXPECT_EQ(refused.field_errors().front().first, "email");
    EXPECT_EQ(refused.message(), "");
    EXPECT_TRUE(api_answer(200, json, body).field_errors().empty());
    EXPECT_EQ(api_answer(401, json, R"({"message":"no"})").message(), "no");
}

}  // namespace
}  // namespace cloche
