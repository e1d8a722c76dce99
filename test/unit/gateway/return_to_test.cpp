#include "gateway/return_to.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace cloche::gateway {
namespace {

const std::vector<std::string> reserved = {"/auth", "/api/auth", "/api/proxy"};

/// `\xNN` becomes a byte; every other backslash stays.
std::string unescaped(const std::string& line) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line.compare(i, 2, "\\x") == 0 && i + 4 <= line.size()) {
            text.push_back(static_cast<char>(std::stoi(line.substr(i + 2, 2), nullptr, 16)));
            i += 3;
        } else {
            text.push_back(line[i]);
        }
    }
    return text;
}

TEST(return_to, no_hostile_redirect_is_followed_RD_1_RD_2) {
    std::ifstream file(CLOCHE_HOSTILE_REDIRECTS);
    ASSERT_TRUE(file);
    int count = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("## ")) continue;
        ++count;
        EXPECT_FALSE(is_safe_return(unescaped(line), reserved)) << line;
    }
    EXPECT_GT(count, 300) << "the list is not what it was";
}

TEST(return_to, pages_of_the_application_are_returned_to) {
    for (const char* const next :
         {"/",
          "/a",
          "/a/",
          "/a/b.html",
          "/orders?page=2&sort=date",
          "/orders?from=https://app.example/x//y",
          "/a?",
          "/a?b=%26",
          "/wiki/What%3F",
          "/wiki/C%23",
          "/caf%C3%A9",
          "/100%25",
          "/@user",
          "/~user",
          "/a:b",
          "/a;v=1",
          "/.well-known/x",
          "/...",
          "/authors",
          "/auth-help",
          "/api",
          "/api/authors",
          "/api/proxyx",
          "/x/auth/login",
          "/api-docs/auth",
          "/search?q=a+b",
          "/a?next=/auth/login",
          "/a|b^{c}"}) {
        EXPECT_TRUE(is_safe_return(next, reserved)) << next;
    }
}

TEST(return_to, white_space_is_refused_even_where_it_is_escaped_RD_1) {
    EXPECT_FALSE(is_safe_return("/files/My%20Doc", reserved));
    EXPECT_FALSE(is_safe_return("/search?q=a%20b", reserved));
    EXPECT_FALSE(is_safe_return("/search?q=a%09b", reserved));
}

TEST(return_to, what_is_reserved_is_configured_RD_2) {
    const std::vector<std::string> other = {"/sign-in/"};
    EXPECT_TRUE(is_safe_return("/auth/login", other));
    EXPECT_FALSE(is_safe_return("/sign-in", other));
    EXPECT_FALSE(is_safe_return("/Sign-In/now", other));
    EXPECT_TRUE(is_safe_return("/auth", {}));
}

TEST(return_to, the_longest_address_is_2_KiB) {
    EXPECT_TRUE(is_safe_return("/" + std::string(2047, 'a'), reserved));
    EXPECT_FALSE(is_safe_return("/" + std::string(2048, 'a'), reserved));
}

}  // namespace
}  // namespace cloche::gateway
