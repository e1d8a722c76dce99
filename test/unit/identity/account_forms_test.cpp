#include "identity/account_forms.hpp"

#include "base/json.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cloche::identity {
namespace {

const password_policy policy(15, {"cloche"});

boost::json::object object(std::string_view text) {
    return parse_json_object(text).value();
}

std::vector<std::string> refused_properties(const violations& found) {
    std::vector<std::string> names;
    for (const auto& one : found)
        names.push_back(one.property);
    return names;
}

template <class Form>
std::vector<std::string> refused(const read_form<Form>& form) {
    const auto* found = std::get_if<violations>(&form);
    return found ? refused_properties(*found) : std::vector<std::string>{};
}

using names = std::vector<std::string>;

TEST(account_forms, a_good_registration_is_read) {
    const auto form = read_registration(
        object(
            R"({"fullName":"  Zoe Example ","email":"Zoe@Example.ORG","password":"seven gnomes quarrel"})"
        ),
        policy
    );
    const auto* read = std::get_if<registration_form>(&form);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->full_name, "Zoe Example");
    EXPECT_EQ(read->email.text(), "Zoe@example.org");
    EXPECT_EQ(read->secret.reveal(), "seven gnomes quarrel");
}

TEST(account_forms, everything_that_is_wrong_is_said_at_once) {
    EXPECT_EQ(
        refused(read_registration(object("{}"), policy)), (names{"fullName", "email", "password"})
    );
    EXPECT_EQ(
        refused(read_registration(
            object(R"({"fullName":"Zo","email":"zoe","password":"short"})"), policy
        )),
        (names{"fullName", "email", "password"})
    );
    EXPECT_EQ(
        refused(read_registration(object(R"({"fullName":7,"email":null,"password":["x"]})"), policy)
        ),
        (names{"fullName", "email", "password"})
    );
}

// ID-15: neither privileged nor misspelt members pass.
TEST(account_forms, unknown_members_are_refused) {
    const auto form = read_registration(
        object(
            R"({"fullName":"Zoe Example","email":"zoe@example.org","password":"seven gnomes quarrel","role":"admin"})"
        ),
        policy
    );
    EXPECT_EQ(refused(form), names{"role"});
    EXPECT_EQ(
        refused(read_login(object(R"({"email":"a@b","password":"x","remember":true})"))),
        names{"remember"}
    );
    EXPECT_EQ(refused(read_resend(object(R"({"email":"a@b","x":1})"))), names{"x"});
    EXPECT_EQ(
        refused(read_verification(object(R"({"email":"a@b","token":"t","x":1})"))), names{"x"}
    );
}

TEST(account_forms, a_name_needs_three_characters_and_none_that_deceive) {
    const auto name_refused = [](std::string_view name) {
        boost::json::object body{
            {"fullName", name}, {"email", "zoe@example.org"}, {"password", "seven gnomes quarrel"}};
        return refused(read_registration(body, policy)) == names{"fullName"};
    };
    EXPECT_FALSE(name_refused("Z\xC3\xB6\xC3\xA9"));
    EXPECT_FALSE(name_refused("J. R. O'Neil-D\xC3\xBCrr"));
    EXPECT_FALSE(name_refused(std::string(100, 'z')));
    EXPECT_TRUE(name_refused("Zo"));
    EXPECT_TRUE(name_refused("  Zo  "));
    EXPECT_TRUE(name_refused("    "));
    EXPECT_TRUE(name_refused(std::string(101, 'z')));
    EXPECT_TRUE(name_refused("Zoe\r\nBcc: all@example.org"));
    EXPECT_TRUE(name_refused(std::string_view("Zoe\0Z", 5)));
    EXPECT_TRUE(name_refused("Zoe\x7F"));
    EXPECT_TRUE(name_refused("Zoe \xC2\x85"));
    EXPECT_TRUE(name_refused("Zoe \xE2\x80\xAE gnp.exe"));
    EXPECT_TRUE(name_refused("Zoe \xE2\x80\xA8 x"));
    EXPECT_TRUE(name_refused("Zoe \xE2\x81\xA6 x"));
}

TEST(account_forms, the_policy_knows_name_and_address) {
    const auto form = read_registration(
        object(
            R"({"fullName":"Hildegard Quendolin","email":"hq@example.org","password":"hildegardquendolin"})"
        ),
        policy
    );
    EXPECT_EQ(refused(form), names{"password"});
}

TEST(account_forms, a_login_takes_any_password_up_to_the_cap) {
    EXPECT_TRUE(
        std::holds_alternative<login_form>(read_login(object(R"({"email":"a@b","password":"x"})")))
    );
    EXPECT_EQ(refused(read_login(object(R"({"email":"a@b","password":""})"))), names{"password"});
    const boost::json::object huge{{"email", "a@b"}, {"password", std::string(1025, 'x')}};
    EXPECT_EQ(refused(read_login(huge)), names{"password"});
    EXPECT_EQ(refused(read_login(object(R"({"email":"zoe","password":"x"})"))), names{"email"});
}

TEST(account_forms, a_verification_needs_both_parts) {
    const auto form = read_verification(object(R"({"email":"Zoe@EXAMPLE.org","token":"abc"})"));
    const auto* read = std::get_if<verification_form>(&form);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->email.text(), "Zoe@example.org");
    EXPECT_EQ(read->token.reveal(), "abc");
    EXPECT_EQ(refused(read_verification(object("{}"))), (names{"token", "email"}));
}

}  // namespace
}  // namespace cloche::identity
