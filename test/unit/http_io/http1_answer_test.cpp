#include "http/errc.hpp"
#include "unit/http_io/server_fixture.hpp"

#include <gmock/gmock.h>

namespace cloche::http {
namespace {

using namespace std::chrono_literals;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

using http1_answer_test = server_fixture;

TEST_F(http1_answer_test, head_has_a_date_and_a_length) {
    auto client = connect();
    client.send(get("/hello"));
    const auto answer = client.read_message();
    EXPECT_THAT(
        answer.head,
        ContainsRegex(
            "\r\nDate: [A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] 20[0-9]* [0-9:]* GMT\r\n"
        )
    );
    EXPECT_TRUE(answer.has("Content-Length: 5"));
    EXPECT_TRUE(answer.has("Content-Type: text/plain"));
}

TEST_F(http1_answer_test, unknown_length_is_chunked) {
    auto client = connect();
    client.send(get("/pieces?2") + get("/pieces?0"));
    auto answer = client.read_message();
    EXPECT_TRUE(answer.has("Transfer-Encoding: chunked"));
    EXPECT_EQ(answer.body, "8\r\npiece 1\n\r\n8\r\npiece 2\n\r\n0\r\n\r\n");
    answer = client.read_message();
    EXPECT_EQ(answer.body, "0\r\n\r\n");
}

TEST_F(http1_answer_test, unknown_length_ends_with_the_connection_for_http_1_0) {
    auto client = connect();
    client.send("GET /pieces?2 HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    const auto head = client.read_until("\r\n\r\n");
    EXPECT_THAT(head, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("Transfer-Encoding")));
    EXPECT_EQ(client.read_to_end(), "piece 1\npiece 2\n");
}

// PX-15
TEST_F(http1_answer_test, head_204_and_304_carry_no_body) {
    auto client = connect();
    client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    auto answer = client.read_message(false);
    EXPECT_TRUE(answer.has("Content-Length: 5"));
    client.send("HEAD /pieces?3 HTTP/1.1\r\nHost: a\r\n\r\n");
    answer = client.read_message(false);
    EXPECT_EQ(answer.status(), 200U);
    for (const auto* target : {"/status?204", "/status?304"}) {
        client.send(get(target));
        answer = client.read_message(false);
        EXPECT_THAT(answer.head, Not(HasSubstr("Content-Length")));
        EXPECT_THAT(answer.head, Not(HasSubstr("Transfer-Encoding")));
    }
    client.send(get("/hello"));
    EXPECT_EQ(client.read_message().body, "hello");
}

TEST_F(http1_answer_test, answer_that_is_not_finished_is_broken_off) {
    for (const auto* target : {"/half", "/abort"}) {
        auto client = connect();
        client.send(get(target));
        EXPECT_EQ(client.read_to_end(), std::nullopt) << "a clean end";
    }
}

TEST_F(http1_answer_test, more_than_the_declared_length_is_never_sent) {
    auto client = connect();
    client.send(get("/too-much"));
    EXPECT_EQ(client.read_to_end(), std::nullopt);
    handler_.wait_until_told("refused");
}

// PX-20
TEST_F(http1_answer_test, field_with_a_line_end_is_refused_and_another_answer_can_be_sent) {
    auto client = connect();
    client.send(get("/bad-field"));
    const auto answer = client.read_message();
    EXPECT_EQ(answer.body, "hello");
    EXPECT_THAT(answer.head, Not(HasSubstr("Set-Cookie")));
    const error bad = make_error_code(errc::bad_field);
    EXPECT_EQ(handler_.told().front(), bad.message());
}

TEST_F(http1_answer_test, answer_of_64_mib_arrives_whole) {
    auto client = connect();
    client.send(get("/large?64"));
    const auto answer = client.read_message();
    EXPECT_EQ(answer.body.size(), 64U * 1024 * 1024);
    EXPECT_EQ(answer.body.find_first_not_of('x'), std::string::npos);
    handler_.wait_until_told("all sent");
}

TEST_F(http1_answer_test, client_that_leaves_in_mid_answer_fails_the_next_write) {
    auto client = connect();
    client.send(get("/large?64"));
    client.read_bytes(1000);
    client.reset();
    handler_.wait_until_told("write failed");
}

TEST_F(http1_answer_test, client_that_does_not_read_is_given_up) {
    options_.stream_idle = 1ms;
    auto client = connect();
    client.send(get("/large?64"));
    handler_.wait_until_told("write failed");
}

}  // namespace
}  // namespace cloche::http
