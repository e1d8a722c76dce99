#include "http/head_writer.hpp"

#include "http/head_parser.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::http {
namespace {

using namespace std::string_literals;

TEST(head_writer, writes_a_request_head) {
    std::string buffer;
    head_writer head(buffer);
    head.request_line("GET", "/orders?page=2");
    head.field("Host", "a.example");
    head.field("Content-Length", 0);
    ASSERT_TRUE(head.finish());
    EXPECT_EQ(
        buffer, "GET /orders?page=2 HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n"
    );
}

TEST(head_writer, writes_a_status_line_with_its_reason) {
    std::string buffer;
    head_writer head(buffer);
    head.status_line(404);
    head.field("Content-Length", 18446744073709551615u);
    ASSERT_TRUE(head.finish());
    EXPECT_EQ(buffer, "HTTP/1.1 404 Not Found\r\nContent-Length: 18446744073709551615\r\n\r\n");
}

TEST(head_writer, a_status_without_a_known_reason_has_an_empty_one) {
    std::string buffer;
    head_writer head(buffer);
    head.status_line(599);
    ASSERT_TRUE(head.finish());
    EXPECT_EQ(buffer, "HTTP/1.1 599 \r\n\r\n");
}

TEST(head_writer, appends_to_what_is_in_the_buffer) {
    std::string buffer = "before";
    head_writer head(buffer);
    head.status_line(200);
    ASSERT_TRUE(head.finish());
    EXPECT_EQ(buffer, "beforeHTTP/1.1 200 OK\r\n\r\n");
}

TEST(head_writer, tabs_and_bytes_beyond_ascii_pass) {
    std::string buffer;
    head_writer head(buffer);
    head.status_line(200);
    head.field("A", "x\ty");
    head.field("B", "caf\xc3\xa9 \xff");
    EXPECT_TRUE(head.finish());
}

TEST(head_writer, control_bytes_are_refused_in_every_place_of_a_value_PX_20) {
    for (int byte = 0; byte < 256; ++byte) {
        const bool is_control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
        for (const std::size_t at : {0u, 1u, 15u, 16u, 100u, 299u}) {
            std::string value(300, 'v');
            value[at] = static_cast<char>(byte);
            std::string buffer;
            head_writer head(buffer);
            head.status_line(200);
            head.field("Location", value);
            head.field("A", "b");
            EXPECT_EQ(head.finish().has_error(), is_control) << byte << " at " << at;
        }
    }
}

TEST(head_writer, whole_lines_cannot_be_smuggled_into_a_value_PX_20) {
    for (const char* const value :
         {"/x\r\nSet-Cookie: a=b",
          "/x\r\n\r\n<html>",
          "/x\nA: b",
          "/x\rA: b",
          "\r\n",
          "/x\r\n",
          "\tx\r\ny"}) {
        std::string buffer = "before";
        head_writer head(buffer);
        head.status_line(303);
        head.field("Location", value);
        EXPECT_EQ(head.finish().error(), errc::bad_field) << value;
        EXPECT_EQ(buffer, "before");
    }
}

TEST(head_writer, names_and_methods_must_be_tokens) {
    for (const std::string& name :
         {""s, " "s, "A B"s, "A:"s, "A: b\r\nC"s, "A\r\n"s, "\xc3\xa4"s, "A\0"s}) {
        std::string buffer;
        head_writer with_name(buffer);
        with_name.status_line(200);
        with_name.field(name, "x");
        EXPECT_FALSE(with_name.finish()) << name;

        head_writer with_number(buffer);
        with_number.status_line(200);
        with_number.field(name, 1);
        EXPECT_FALSE(with_number.finish()) << name;

        head_writer with_method(buffer);
        with_method.request_line(name, "/");
        EXPECT_FALSE(with_method.finish()) << name;
        EXPECT_EQ(buffer, "");
    }
}

TEST(head_writer, a_target_that_would_end_early_is_refused) {
    for (const char* const target : {"", "/a b", "/ HTTP/1.1\r\nA: b", "/\n", "/\x01"}) {
        std::string buffer;
        head_writer head(buffer);
        head.request_line("GET", target);
        EXPECT_FALSE(head.finish()) << target;
    }
}

TEST(head_writer, an_impossible_status_is_refused) {
    for (const unsigned status : {0u, 99u, 1000u}) {
        std::string buffer;
        head_writer head(buffer);
        head.status_line(status);
        EXPECT_FALSE(head.finish()) << status;
    }
}

TEST(head_writer, what_it_writes_the_parser_reads) {
    std::string buffer;
    head_writer head(buffer);
    head.request_line("PATCH", "/a?b=c");
    head.field("Host", "a.example");
    head.field("X-Long", std::string(5000, 'x') + "\t.");
    head.field("Content-Length", 12);
    ASSERT_TRUE(head.finish());

    request_head parsed;
    ASSERT_TRUE(parse_request_head(buffer, {}, parsed));
    EXPECT_EQ(parsed.verb, method::patch);
    EXPECT_EQ(parsed.fields.size(), 3u);
    EXPECT_EQ(parsed.framing.length, 12u);
}

}  // namespace
}  // namespace cloche::http
