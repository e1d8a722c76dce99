#include "config/addresses.hpp"

#include <gtest/gtest.h>

namespace cloche::config {
namespace {

struct row {
    std::string_view text;
    std::string_view value;
};

template <std::size_t N>
void expect_good(const notation<std::string>& how, const row (&rows)[N]) {
    for (const row& one : rows) {
        const auto read = how.read(one.text);
        ASSERT_TRUE(read.has_value()) << one.text;
        EXPECT_EQ(*read, one.value);
    }
}

void expect_bad(const notation<std::string>& how, std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts)
        EXPECT_TRUE(how.read(text).has_error()) << text;
}

TEST(addresses, listener_is_an_address_with_a_port) {
    expect_good(
        listen_address(),
        {{"127.0.0.1:3000", "127.0.0.1:3000"},
         {"0.0.0.0:0", "0.0.0.0:0"},
         {"[::1]:65535", "[::1]:65535"},
         {"[::]:80", "[::]:80"}}
    );
    expect_bad(
        listen_address(),
        {"",
         "3000",
         ":3000",
         "127.0.0.1",
         "127.0.0.1:",
         "127.0.0.1:65536",
         "127.0.0.1:http",
         "127.0.0.1:-1",
         "localhost:3000",
         "::1:3000",
         "[127.0.0.1]:80",
         "[::1]",
         "256.0.0.1:1",
         "127.1:80",
         "127.0.0.1:80/",
         "*:80"}
    );
}

TEST(addresses, origin_has_a_scheme_and_a_host_and_nothing_behind) {
    expect_good(
        web_origin(),
        {{"https://app.example.com", "https://app.example.com"},
         {"HTTPS://App.Example.com/", "https://app.example.com"},
         {"https://app.example.com:443", "https://app.example.com"},
         {"http://localhost:80", "http://localhost"},
         {"http://localhost:3000", "http://localhost:3000"},
         {"https://app.example.com:80", "https://app.example.com:80"},
         {"http://[::1]:3000", "http://[::1]:3000"}}
    );
    expect_bad(
        web_origin(),
        {"",
         "app.example.com",
         "//app.example.com",
         "ftp://a",
         "https://",
         "https:///a",
         "https://a/b",
         "https://a?b",
         "https://a#b",
         "https://user@a",
         "https://a:b",
         "https://a:99999",
         "https://a b",
         "*",
         "null",
         "https://*.example.com",
         "https://a:"}
    );
}

TEST(addresses, host_may_name_a_port) {
    expect_good(
        host_name(),
        {{"www.Example.com", "www.example.com"},
         {"a.example:8443", "a.example:8443"},
         {"[::1]:1", "[::1]:1"}}
    );
    expect_bad(host_name(), {"", "https://a", "a/b", "a b", "a:port", "*.example.com"});
}

TEST(addresses, range_is_an_address_with_as_many_bits_as_count) {
    expect_good(
        address_range(),
        {{"10.0.0.0/8", "10.0.0.0/8"},
         {"fd00::/8", "fd00::/8"},
         {"192.0.2.7", "192.0.2.7"},
         {"::1", "::1"}}
    );
    expect_bad(
        address_range(),
        {"",
         "10.0.0.0/33",
         "10.0.0.0/",
         "::/129",
         "10.0.0/8",
         "a/8",
         "10.0.0.0/-1",
         "10.0.0.0/8/8",
         "10.0.0.5/8",
         "0.0.0.0/0",
         "private"}
    );
}

TEST(addresses, upstream_may_have_a_base_path) {
    const auto read = upstream_origin().read("https://api.example.com:8443/base");
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(read->tls);
    EXPECT_EQ(read->host, "api.example.com");
    EXPECT_EQ(read->port, 8443);
    EXPECT_EQ(read->base_path, "/base");
    EXPECT_EQ(upstream_origin().write(http::origin()), "http://127.0.0.1:8000");
    expect_bad(
        upstream_url(),
        {"", "127.0.0.1:8000", "ftp://a", "http://", "http://a?b", "http://user:password@a"}
    );
}

TEST(addresses, mail_goes_to_files_or_to_a_server) {
    expect_good(
        mail_target(),
        {{"files", "files"},
         {"smtp://mail.example.com:587", "smtp://mail.example.com:587"},
         {"smtps://user:p%40ss@mail.example.com", "smtps://user:p%40ss@mail.example.com"}}
    );
    expect_bad(
        mail_target(),
        {"", "file", "http://mail", "smtp://", "smtp:mail", "smtp://a/b", "smtp://a?b"}
    );
    EXPECT_TRUE(mail_target().secret);
    EXPECT_TRUE(mail_address().read("no-reply@localhost").has_value());
    expect_bad(mail_address(), {"", "no-reply", "a@b@c", "A <a@b.example>", "a b@c.example"});
}

TEST(addresses, loopback_names_lead_nowhere_else) {
    for (const std::string_view origin :
         {"http://localhost",
          "http://localhost:3000",
          "http://app.localhost:3000",
          "http://127.0.0.1:3000",
          "http://127.255.0.1",
          "http://[::1]:3000"}) {
        EXPECT_TRUE(is_on_loopback(origin)) << origin;
    }
    for (const std::string_view origin :
         {"http://example.com",
          "http://localhost.example.com",
          "http://127.example.com",
          "http://127.0.0.1.example.com",
          "http://notlocalhost",
          "http://10.0.0.1",
          "http://[::2]",
          "http://0.0.0.0"}) {
        EXPECT_FALSE(is_on_loopback(origin)) << origin;
    }
}

}  // namespace
}  // namespace cloche::config
