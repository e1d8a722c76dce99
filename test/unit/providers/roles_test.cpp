#include "providers/roles.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace cloche::providers {
namespace {

using texts = std::vector<std::string>;

access_token token_with(std::string_view claims) {
    const std::string head = base64url_encode(R"({"alg":"ES256"})");
    return access_token(head + "." + base64url_encode(claims) + ".c2ln");
}

roles_place claim(std::string pointer) {
    roles_place place;
    place.at = std::move(pointer);
    return place;
}

TEST(roles, a_claim_is_one_word_several_or_a_list) {
    const std::string no_user;
    EXPECT_EQ(read_roles({}, token_with(R"({"role":"admin"})"), no_user), texts{"admin"});
    EXPECT_EQ(
        read_roles(claim("/scope"), token_with(R"({"scope":"read  write "})"), no_user),
        (texts{"read", "write"})
    );
    EXPECT_EQ(
        read_roles(
            claim("/realm_access/roles"),
            token_with(R"({"realm_access":{"roles":["editor",7,"house admin"]}})"),
            no_user
        ),
        (texts{"editor", "house admin"})
    );
}

TEST(roles, what_is_not_there_or_cannot_be_read_is_no_role) {
    for (const char* const claims :
         {R"({})",
          R"({"role":null})",
          R"({"role":7})",
          R"({"role":{"admin":true}})",
          R"({"role":""})"})
        EXPECT_EQ(read_roles({}, token_with(claims), ""), texts{}) << claims;
    EXPECT_EQ(read_roles({}, access_token("opaque"), ""), texts{});
}

TEST(roles, the_user_object_can_have_them_instead) {
    roles_place place;
    place.in = roles_place::kind::user;
    place.at = "/profile/roles";
    EXPECT_EQ(
        read_roles(place, access_token("opaque"), R"({"profile":{"roles":["admin"]}})"),
        texts{"admin"}
    );
    EXPECT_EQ(read_roles(place, token_with(R"({"role":"admin"})"), ""), texts{});
    EXPECT_EQ(read_roles(place, token_with(R"({"role":"admin"})"), "{"), texts{});
}

}  // namespace
}  // namespace cloche::providers
