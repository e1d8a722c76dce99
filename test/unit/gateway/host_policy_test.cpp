#include "gateway/host_policy.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cloche::gateway {
namespace {

host_policy policy(
    std::string_view url, const std::vector<std::string>& hosts = {}, std::uint16_t port = 3000
) {
    std::string why;
    auto made = host_policy::make(url, hosts, port, why);
    if (!made) throw std::invalid_argument(why);
    return *made;
}

std::vector<std::string> origins_of(const host_policy& hosts) {
    return {hosts.origins().begin(), hosts.origins().end()};
}

using texts = std::vector<std::string>;

TEST(host_policy, the_public_host_is_ours_with_and_without_the_schemes_port) {
    const auto hosts = policy("https://App.Example");
    EXPECT_TRUE(hosts.https());
    EXPECT_FALSE(hosts.development());
    EXPECT_TRUE(hosts.is_ours("app.example"));
    EXPECT_TRUE(hosts.is_ours("APP.EXAMPLE"));
    EXPECT_TRUE(hosts.is_ours("app.example:443"));
    for (const char* const other :
         {"",
          "app.example:80",
          "app.example:3000",
          "app.example.",
          "www.app.example",
          "app.example.evil",
          "evilapp.example",
          "localhost:3000",
          "127.0.0.1:3000",
          "app.example:0443",
          "app.example:"}) {
        EXPECT_FALSE(hosts.is_ours(other)) << other;
    }
    EXPECT_EQ(origins_of(hosts), texts{"https://app.example"});
}

TEST(host_policy, a_port_of_its_own_is_part_of_the_host) {
    const auto hosts = policy("https://app.example:8443/");
    EXPECT_TRUE(hosts.is_ours("app.example:8443"));
    EXPECT_FALSE(hosts.is_ours("app.example"));
    EXPECT_FALSE(hosts.is_ours("app.example:443"));
    EXPECT_EQ(origins_of(hosts), texts{"https://app.example:8443"});
}

TEST(host_policy, further_hosts_take_the_scheme_and_may_name_a_port) {
    const auto hosts = policy(
        "https://app.example:8443", {"Other.example", "third.example:9000", "[2001:db8::1]"}
    );
    EXPECT_TRUE(hosts.is_ours("other.example"));
    EXPECT_TRUE(hosts.is_ours("other.example:443"));
    EXPECT_TRUE(hosts.is_ours("third.example:9000"));
    EXPECT_TRUE(hosts.is_ours("[2001:DB8::1]"));
    EXPECT_FALSE(hosts.is_ours("third.example"));
    EXPECT_FALSE(hosts.is_ours("other.example:8443"));
    EXPECT_EQ(
        origins_of(hosts),
        (texts{
            "https://app.example:8443",
            "https://other.example",
            "https://third.example:9000",
            "https://[2001:db8::1]"})
    );
}

TEST(host_policy, in_development_loopback_names_are_ours_at_the_port_that_was_bound) {
    const auto hosts = policy("http://localhost:3000", {}, 45123);
    EXPECT_TRUE(hosts.development());
    EXPECT_FALSE(hosts.https());
    for (const char* const own :
         {"localhost:3000", "localhost:45123", "127.0.0.1:45123", "[::1]:45123"}) {
        EXPECT_TRUE(hosts.is_ours(own)) << own;
    }
    for (const char* const other :
         {"localhost",
          "127.0.0.1:3000",
          "[::1]:3000",
          "127.0.0.2:45123",
          "[::1]",
          "localhost:80",
          "evil.example:45123"}) {
        EXPECT_FALSE(hosts.is_ours(other)) << other;
    }
    EXPECT_EQ(
        origins_of(hosts),
        (texts{
            "http://localhost:3000",
            "http://localhost:45123",
            "http://127.0.0.1:45123",
            "http://[::1]:45123"})
    );
}

TEST(host_policy, an_origin_is_listed_once) {
    EXPECT_EQ(
        origins_of(policy("http://localhost:3000", {"localhost:3000"}, 3000)),
        (texts{"http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"})
    );
}

TEST(host_policy, loopback_names_are_not_ours_outside_development) {
    EXPECT_FALSE(policy("https://localhost:3000").is_ours("127.0.0.1:3000"));
    EXPECT_FALSE(policy("http://app.example").development());
    EXPECT_FALSE(policy("http://app.example").is_ours("localhost:3000"));
    EXPECT_EQ(origins_of(policy("http://app.example")), texts{"http://app.example"});
}

TEST(host_policy, addresses_that_are_none_are_refused_in_words) {
    for (const char* const url :
         {"",
          "app.example",
          "//app.example",
          "ftp://app.example",
          "https://",
          "https://app.example/path",
          "https://app.example?x",
          "https://app.example/?x",
          "https://user@app.example",
          "https://app.example:0x50",
          "https://a b",
          "/",
          "*",
          "https:app.example"}) {
        std::string why;
        EXPECT_FALSE(host_policy::make(url, {}, 3000, why)) << url;
        EXPECT_TRUE(why.starts_with("public_url ")) << why;
    }
    for (const char* const host : {"", "https://a", "a/", "a:b", "*", "*.app.example", "a b"}) {
        std::string why;
        EXPECT_FALSE(
            host_policy::make("https://app.example", texts{"good.example", host}, 3000, why)
        ) << host;
        EXPECT_TRUE(why.starts_with("hosts: \"")) << why;
    }
}

TEST(host_policy, loopback_names_are_known) {
    for (const char* const name :
         {"localhost", "LocalHost", "app.localhost", "127.0.0.1", "127.1.2.3", "[::1]"}) {
        EXPECT_TRUE(is_loopback_name(name)) << name;
    }
    for (const char* const name :
         {"",
          "localhost.example",
          "notlocalhost",
          ".localhost",
          "127.example.com",
          "127.0.0.1.nip.io",
          "128.0.0.1",
          "0.0.0.0",
          "[::2]",
          "127.0.0",
          "::1"}) {
        EXPECT_FALSE(is_loopback_name(name)) << name;
    }
}

}  // namespace
}  // namespace cloche::gateway
