#include "http/origin.hpp"

#include <gtest/gtest.h>

namespace cloche::http {
namespace {

TEST(origin, url_is_taken_apart) {
    const struct {
        const char* url;
        bool tls;
        const char* host;
        std::uint16_t port;
        const char* base;
        const char* authority;
    } cases[] = {
        {"http://127.0.0.1:8000", false, "127.0.0.1", 8000, "", "127.0.0.1:8000"},
        {"http://api", false, "api", 80, "", "api"},
        {"https://api.example/", true, "api.example", 443, "", "api.example"},
        {"https://api.example:8443/v1/", true, "api.example", 8443, "/v1", "api.example:8443"},
        {"http://api:80/a/b", false, "api", 80, "/a/b", "api"},
        {"https://api:80", true, "api", 80, "", "api:80"},
        {"http://[::1]:8000", false, "::1", 8000, "", "[::1]:8000"},
        {"https://[::1]", true, "::1", 443, "", "[::1]"},
    };
    for (const auto& each : cases) {
        const auto made = origin::parse(each.url);
        ASSERT_TRUE(made) << each.url;
        EXPECT_EQ(made->tls, each.tls) << each.url;
        EXPECT_EQ(made->host, each.host);
        EXPECT_EQ(made->port, each.port);
        EXPECT_EQ(made->base_path, each.base);
        EXPECT_EQ(made->authority(), each.authority);
    }
}

TEST(origin, what_is_no_origin_is_refused) {
    for (const auto* url :
         {"",
          "api",
          "api:8000",
          "//api",
          "ftp://api",
          "http://",
          "http:///path",
          "http://user@api",
          "http://u:p@api",
          "http://api?x=1",
          "http://api#x",
          "http://api:0",
          "http://api:99999",
          "http://api/../x",
          "http://api//x",
          "http://a b",
          "http://api/a%2fb",
          "unix:/run/api.sock"}) {
        EXPECT_FALSE(origin::parse(url)) << url;
    }
}

}  // namespace
}  // namespace cloche::http
