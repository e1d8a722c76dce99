#include "http/http2_head.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

namespace cloche::http {
namespace {

using lines = std::initializer_list<std::pair<std::string_view, std::string_view>>;

class http2_head_test : public ::testing::Test {
protected:
    result<void> read(lines fields, bool ends = true) {
        gathered_ = std::make_unique<http2_head>();
        for (const auto& [name, value] : fields)
            gathered_->add(name, value, limits_);
        return gathered_->finish(ends, limits_, head_);
    }
    error why(lines fields, bool ends = true) {
        const auto got = read(fields, ends);
        return got ? error() : got.error();
    }

    head_limits limits_;
    request_head head_;

private:
    std::unique_ptr<http2_head> gathered_;
};

TEST_F(http2_head_test, a_request_reads_like_one_of_http_1_1) {
    ASSERT_TRUE(read({
        {":method", "GET"},
        {":scheme", "https"},
        {":path", "/orders?page=2"},
        {":authority", "app.example.com"},
        {"accept", "text/html"},
        {"x-empty", ""},
    }));
    EXPECT_EQ(head_.verb, method::get);
    EXPECT_EQ(head_.target, "/orders?page=2");
    EXPECT_EQ(head_.value(field_id::host), "app.example.com");
    EXPECT_EQ(head_.value(field_id::accept), "text/html");
    EXPECT_EQ(head_.version_major, 2);
    EXPECT_EQ(head_.framing.kind, body_kind::none);
    EXPECT_EQ(head_.fields.size(), 3U);
}

TEST_F(http2_head_test, crumbs_of_cookies_are_joined_whatever_stands_between_them_CK_5) {
    ASSERT_TRUE(read({
        {":method", "GET"},
        {":path", "/"},
        {":scheme", "https"},
        {":authority", "a"},
        {"cookie", "a=1"},
        {"x", "y"},
        {"cookie", "b=2"},
        {"cookie", "c=3"},
    }));
    EXPECT_EQ(head_.value(field_id::cookie), "a=1; b=2; c=3");
}

TEST_F(http2_head_test, a_body_is_of_its_declared_length_or_of_any) {
    const lines with_length = {
        {":method", "POST"}, {":path", "/"}, {":authority", "a"}, {"content-length", "12"}};
    ASSERT_TRUE(read(with_length, false));
    EXPECT_EQ(head_.framing.kind, body_kind::length);
    EXPECT_EQ(head_.framing.length, 12U);
    ASSERT_TRUE(read({{":method", "POST"}, {":path", "/"}, {":authority", "a"}}, false));
    EXPECT_EQ(head_.framing.kind, body_kind::chunked);
}

TEST_F(http2_head_test, to_go_on_is_only_said_where_there_is_a_body) {
    const lines expecting = {
        {":method", "POST"}, {":path", "/"}, {":authority", "a"}, {"expect", "100-continue"}};
    ASSERT_TRUE(read(expecting, false));
    EXPECT_TRUE(head_.expects_continue);
    ASSERT_TRUE(read(expecting, true));
    EXPECT_FALSE(head_.expects_continue);
}

TEST_F(http2_head_test, host_may_stand_in_for_the_authority_but_not_contradict_it_PX_6) {
    EXPECT_FALSE(why({{":method", "GET"}, {":path", "/"}, {"host", "a.example"}}));
    EXPECT_EQ(head_.value(field_id::host), "a.example");
    EXPECT_FALSE(why(
        {{":method", "GET"}, {":path", "/"}, {":authority", "A.example"}, {"host", "a.example"}}
    ));
    EXPECT_EQ(head_.fields.size(), 1U);
    EXPECT_EQ(
        why({{":method", "GET"}, {":path", "/"}, {":authority", "a.example"}, {"host", "evil"}}),
        errc::bad_request
    );
    EXPECT_EQ(why({{":method", "GET"}, {":path", "/"}}), errc::bad_request);
}

// What would end a line of HTTP/1.1, begin another, or aim elsewhere (PX-19, PX-20).
TEST_F(http2_head_test, nothing_can_be_smuggled_through_a_downgrade) {
    const std::string_view authority = "a.example";
    const auto refused = [&](std::string_view verb, std::string_view path, std::string_view host) {
        return why({{":method", verb}, {":path", path}, {":authority", host}});
    };
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nx: y", "/", authority), errc::bad_request);
    EXPECT_EQ(refused("GE T", "/", authority), errc::bad_request);
    EXPECT_EQ(refused("", "/", authority), errc::bad_request);
    EXPECT_EQ(refused("GET", "/ HTTP/1.1\r\nx: y\r\n\r\n", authority), errc::bad_request);
    EXPECT_EQ(refused("GET", "/a b", authority), errc::bad_request);
    EXPECT_EQ(refused("GET", "/a#b", authority), errc::bad_request);
    EXPECT_EQ(refused("GET", "https://b.example/", authority), errc::bad_request);
    EXPECT_EQ(refused("GET", "a", authority), errc::bad_request);
    EXPECT_EQ(refused("GET", "*", authority), errc::bad_request);
    EXPECT_EQ(refused("GET", "", authority), errc::bad_request);
    EXPECT_EQ(refused("GET", "/", "a.example\r\nx: y"), errc::bad_request);
    EXPECT_EQ(refused("GET", "/", "user@a.example"), errc::bad_request);
    EXPECT_EQ(refused("GET", "/", "a.example/b"), errc::bad_request);

    const auto with = [&](std::string_view name, std::string_view value) {
        return why({{":method", "GET"}, {":path", "/"}, {":authority", authority}, {name, value}});
    };
    EXPECT_EQ(with("x", "a\r\ny: b"), errc::bad_request);
    EXPECT_EQ(with("x", "a\nb"), errc::bad_request);
    EXPECT_EQ(with("x", std::string_view("a\0b", 3)), errc::bad_request);
    EXPECT_EQ(with("x: y\r\nz", "a"), errc::bad_request);
    EXPECT_EQ(with("x y", "a"), errc::bad_request);
    EXPECT_EQ(with("", "a"), errc::bad_request);
    EXPECT_EQ(with("content-length", "1, 1"), errc::bad_request);
    EXPECT_EQ(with("content-length", "+1"), errc::bad_request);
    EXPECT_EQ(with("cookie", "a=1\r\nx: y"), errc::bad_request);
    EXPECT_EQ(with(":scheme", "http"), errc::bad_request);
    EXPECT_EQ(with(":protocol", "websocket"), errc::bad_request);
    EXPECT_EQ(with("expect", "miracles"), errc::expectation_failed);
}

TEST_F(http2_head_test, what_may_stand_once_in_http_1_1_may_stand_once) {
    for (const std::string_view name :
         {"content-type", "authorization", "origin", "content-length"})
        EXPECT_EQ(
            why({{":method", "GET"}, {":path", "/"}, {":authority", "a"}, {name, "1"}, {name, "1"}}
            ),
            errc::bad_request
        ) << name;
}

TEST_F(http2_head_test, limits_are_those_of_http_1_1) {
    limits_.bytes = 200;
    limits_.target = 50;
    limits_.fields = 4;
    const std::string fill(150, 'x');
    const std::string path = "/" + std::string(60, 'x');
    EXPECT_EQ(
        why({{":method", "GET"}, {":path", "/"}, {":authority", "a"}, {"a", fill}, {"b", fill}}),
        errc::headers_too_large
    );
    EXPECT_EQ(why({{":method", "GET"}, {":path", path}, {":authority", "a"}}), errc::uri_too_long);
    EXPECT_EQ(
        why(
            {{":method", "GET"},
             {":path", "/"},
             {":authority", "a"},
             {"a", ""},
             {"b", ""},
             {"c", ""},
             {"d", ""}}
        ),
        errc::headers_too_large
    );
}

TEST_F(http2_head_test, connect_is_read_as_what_it_is_and_asks_for_no_path) {
    ASSERT_TRUE(read({{":method", "CONNECT"}, {":authority", "a.example:443"}}));
    EXPECT_EQ(head_.verb, method::connect);
    EXPECT_EQ(head_.target, "a.example:443");
}

}  // namespace
}  // namespace cloche::http
