#include "http/errc.hpp"
#include "unit/http_io/server_fixture.hpp"

namespace cloche::http {
namespace {

using namespace std::chrono_literals;

using http1_body_test = server_fixture;

TEST_F(http1_body_test, body_of_declared_length_arrives_whole) {
    auto client = connect();
    const std::string body(300'000, 'b');
    client.send(post("/echo", body));
    EXPECT_EQ(client.read_message().body, body);
    client.send(get("/hello"));
    EXPECT_EQ(client.read_message().body, "hello");
}

TEST_F(http1_body_test, chunked_body_is_decoded_however_it_is_cut) {
    const std::string chunks =
        "5;ext=1\r\nhello\r\n1\r\n,\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\n";
    auto client = connect();
    client.send(post_chunked("/echo", chunks));
    EXPECT_EQ(client.read_message().body, "hello, world");
    client.send(post_chunked("/echo", ""));
    for (const char each : chunks)
        client.send({&each, 1});
    EXPECT_EQ(client.read_message().body, "hello, world");
}

TEST_F(http1_body_test, pipelined_request_behind_a_long_chunked_body_is_kept) {
    auto client = connect();
    std::string chunks;
    for (int i = 0; i < 200; ++i)
        chunks += "400\r\n" + std::string(1024, 'c') + "\r\n";
    client.send(post_chunked("/count", chunks + "0\r\n\r\n") + post("/echo", "next"));
    EXPECT_EQ(client.read_message().body, std::to_string(200 * 1024));
    EXPECT_EQ(client.read_message().body, "next");
}

TEST_F(http1_body_test, badly_framed_chunks_end_the_connection) {
    for (const auto* chunks :
         {"g\r\n", "1\nx\r\n0\r\n\r\n", "1\r\nxy\r\n", "ffffffffffffffffff\r\n", "-1\r\n"}) {
        auto client = connect();
        client.send(post_chunked("/echo", chunks) + get("/hello"));
        const auto answer = client.read_message();
        EXPECT_EQ(answer.status(), 400U) << chunks;
        EXPECT_TRUE(answer.has("Connection: close"));
        EXPECT_TRUE(client.ends());
    }
}

TEST_F(http1_body_test, expectation_is_answered_when_the_body_is_wanted) {
    auto client = connect();
    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    );
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    const auto answer = client.read_message();
    EXPECT_EQ(answer.status(), 200U);
    EXPECT_EQ(answer.body, "abc");
    client.send(get("/hello"));
    EXPECT_EQ(client.read_message().body, "hello");
}

TEST_F(http1_body_test, expectation_of_a_client_that_did_not_wait_is_not_answered) {
    auto client = connect();
    client.send(post("/echo", "abc", "Expect: 100-continue\r\n"));
    EXPECT_EQ(client.read_message().status(), 200U);
}

TEST_F(http1_body_test, unwanted_body_of_a_waiting_client_closes_the_connection) {
    auto client = connect();
    client.send(
        "POST /hello HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    );
    const auto answer = client.read_message();
    EXPECT_EQ(answer.status(), 200U);
    EXPECT_TRUE(answer.has("Connection: close"));
    client.shutdown_send();
    EXPECT_EQ(client.read_to_end(), "");
}

// PX-11
TEST_F(http1_body_test, small_unread_body_is_drained_and_the_connection_goes_on) {
    auto client = connect();
    client.send("POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
    const auto answer = client.read_message();
    EXPECT_EQ(answer.body, "hello");
    EXPECT_FALSE(answer.has("Connection: close"));
    client.send(std::string(60'000, 'x') + get("/hello"));
    EXPECT_EQ(client.read_message().body, "hello");
}

// PX-11
TEST_F(http1_body_test, large_unread_body_closes_the_connection_after_the_answer) {
    auto client = connect();
    client.send("POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 6000000\r\n\r\n");
    const auto answer = client.read_message();
    EXPECT_EQ(answer.body, "hello");
    EXPECT_TRUE(answer.has("Connection: close"));
    // The client can send on while it has not seen the answer: no reset meanwhile.
    EXPECT_TRUE(client.send(std::string(1'000'000, 'x')));
    client.shutdown_send();
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(http1_body_test, unread_chunked_body_closes_the_connection_after_the_answer) {
    auto client = connect();
    client.send(post_chunked("/hello", "5\r\nhe"));
    EXPECT_TRUE(client.read_message().has("Connection: close"));
    client.shutdown_send();
    EXPECT_EQ(client.read_to_end(), "");
}

// PX-16
TEST_F(http1_body_test, body_over_the_limit_of_the_server_is_refused) {
    options_.body_bytes = 10;
    auto client = connect();
    client.send(post("/echo", "exactly 10"));
    EXPECT_EQ(client.read_message().body, "exactly 10");
    client.send(post("/echo", "11 are more"));
    EXPECT_EQ(client.read_message().status(), 413U);
    EXPECT_TRUE(client.ends());
    auto other = connect();
    other.send(post_chunked("/echo", "6\r\n123456\r\n6\r\n123456\r\n0\r\n\r\n"));
    EXPECT_EQ(other.read_message().status(), 413U);
    EXPECT_TRUE(other.ends());
}

TEST_F(http1_body_test, body_over_the_limit_of_the_exchange_is_refused) {
    auto client = connect();
    client.send(post("/limited", "four"));
    EXPECT_EQ(client.read_message().body, "four");
    client.send(post("/limited", "five5"));
    EXPECT_EQ(client.read_message().status(), 413U);
    EXPECT_EQ(handler_.told().front(), "declared too large");
    auto other = connect();
    other.send(post_chunked("/limited", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
    EXPECT_EQ(other.read_message().status(), 413U);
}

TEST_F(http1_body_test, body_that_stands_still_is_answered_408) {
    options_.stream_idle = 1ms;
    auto client = connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_EQ(client.read_message().status(), 408U);
    EXPECT_TRUE(client.ends());
}

TEST_F(http1_body_test, body_that_ends_too_early_is_client_gone) {
    auto client = connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    client.shutdown_send();
    EXPECT_TRUE(client.read_message().has("Connection: close"));
    const error gone = make_error_code(errc::client_gone);
    handler_.wait_until_told("body: " + gone.message());
}

TEST_F(http1_body_test, body_that_came_with_its_head_can_be_taken_without_waiting) {
    auto client = connect();
    client.send(post("/take", "whole"));
    EXPECT_EQ(client.read_message().body, "");
    client.send(get("/take"));
    EXPECT_EQ(client.read_message().body, "");
    client.send("POST /take HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\npar");
    handler_.wait_until_told("not there");
    client.send("ts");
    EXPECT_EQ(client.read_message().body, "parts");
    const std::vector<std::string> told{"taken: whole", "taken: ", "not there"};
    EXPECT_EQ(handler_.told(), told);
}

TEST_F(http1_body_test, upload_of_64_mib_is_counted_right) {
    auto client = connect();
    constexpr std::size_t size = 64 * 1024 * 1024;
    client.send(
        "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n"
    );
    const std::string piece(1024 * 1024, 'u');
    for (std::size_t sent = 0; sent < size; sent += piece.size())
        ASSERT_TRUE(client.send(piece));
    EXPECT_EQ(client.read_message().body, std::to_string(size));
}

}  // namespace
}  // namespace cloche::http
