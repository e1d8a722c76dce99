#include "unit/http_io/server_fixture.hpp"

#include <chrono>
#include <thread>

namespace cloche::http {
namespace {

using namespace std::chrono_literals;

using http1_connection_test = server_fixture;

TEST_F(http1_connection_test, requests_follow_each_other_on_one_connection) {
    auto client = connect();
    for (int i = 0; i < 3; ++i) {
        client.send(get("/hello"));
        const auto answer = client.read_message();
        EXPECT_EQ(answer.status(), 200U);
        EXPECT_EQ(answer.body, "hello");
        EXPECT_FALSE(answer.has("Connection: close"));
    }
    EXPECT_EQ(server_->open_connections(), 1U);
}

TEST_F(http1_connection_test, pipelined_requests_are_answered_in_order) {
    auto client = connect();
    client.send(
        post("/echo", "one") + get("/hello") + post_chunked("/echo", "3\r\ntwo\r\n0\r\n\r\n") +
        post("/echo", "three")
    );
    EXPECT_EQ(client.read_message().body, "one");
    EXPECT_EQ(client.read_message().body, "hello");
    EXPECT_EQ(client.read_message().body, "two");
    EXPECT_EQ(client.read_message().body, "three");
}

TEST_F(http1_connection_test, many_pipelined_requests_outgrow_no_buffer) {
    auto client = connect();
    std::string all;
    for (int i = 0; i < 2000; ++i)
        all += post("/echo", std::to_string(i));
    client.send(all);
    for (int i = 0; i < 2000; ++i)
        ASSERT_EQ(client.read_message().body, std::to_string(i));
}

TEST_F(http1_connection_test, head_may_come_byte_by_byte) {
    auto client = connect();
    for (const char each : get("/hello"))
        client.send({&each, 1});
    EXPECT_EQ(client.read_message().body, "hello");
}

TEST_F(http1_connection_test, one_empty_line_before_a_request_is_ignored) {
    auto client = connect();
    client.send("\r\n" + get("/hello"));
    EXPECT_EQ(client.read_message().body, "hello");
    client.send("\r\n\r\n" + get("/hello"));
    EXPECT_EQ(client.read_message().status(), 400U);
}

TEST_F(http1_connection_test, large_head_within_the_limit_is_read) {
    auto client = connect();
    client.send(get("/hello", "Cookie: " + std::string(31 * 1024, 'c') + "\r\n"));
    EXPECT_EQ(client.read_message().body, "hello");
    client.send(get("/hello"));
    EXPECT_EQ(client.read_message().body, "hello");
}

// PX-1 to PX-6, PX-13, PX-16: refused, and the connection is not for another request.
TEST_F(http1_connection_test, what_cannot_be_handled_is_refused_and_closes) {
    const std::string host = " HTTP/1.1\r\nHost: a\r\n";
    const std::pair<std::string, unsigned> cases[] = {
        {"nonsense\r\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\n\r\n", 400},
        {"POST /echo" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"POST /echo" + host + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
        {"POST /echo" + host + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
        {"GET /hello" + host + "A: b\n\r\n", 400},
        {"GET /hello" + host + "Expect: tea\r\n\r\n", 417},
        {"GET /" + std::string(9000, 'a') + host + "\r\n", 414},
        {"GET /" + std::string(40'000, 'a'), 414},
        {"GET /hello" + host + "A: " + std::string(40'000, 'a') + "\r\n\r\n", 431},
        {"GET /hello" + host + "A: " + std::string(40'000, 'a'), 431},
    };
    for (const auto& [sent, status] : cases) {
        auto client = connect();
        client.send(sent + get("/hello"));
        const auto answer = client.read_message();
        EXPECT_EQ(answer.status(), status) << sent.substr(0, 80);
        EXPECT_TRUE(answer.has("Connection: close")) << answer.head;
        EXPECT_TRUE(client.ends()) << sent.substr(0, 80);
    }
}

TEST_F(http1_connection_test, head_that_trickles_is_answered_408) {
    options_.head_timeout = 1ms;
    auto client = connect();
    client.send("GET /hello HTTP/1.1\r\n");
    const auto answer = client.read_message();
    EXPECT_EQ(answer.status(), 408U);
    EXPECT_TRUE(client.ends());
}

TEST_F(http1_connection_test, client_that_says_nothing_is_closed_in_silence) {
    options_.idle_timeout = 1ms;
    auto client = connect();
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(http1_connection_test, connection_at_rest_for_a_while_still_serves) {
    options_.idle_timeout = 60s;
    auto client = connect();
    client.send(get("/hello"));
    EXPECT_EQ(client.read_message().body, "hello");
    std::this_thread::sleep_for(1200ms);  // it dozes by now, without a buffer
    client.send(get("/hello"));
    EXPECT_EQ(client.read_message().body, "hello");
}

TEST_F(http1_connection_test, dozing_connection_is_closed_at_its_idle_limit) {
    options_.idle_timeout = 700ms;
    auto client = connect();
    client.send(get("/hello"));
    EXPECT_EQ(client.read_message().body, "hello");
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(http1_connection_test, connection_close_is_honoured) {
    auto client = connect();
    client.send(get("/hello", "Connection: close\r\n"));
    const auto answer = client.read_message();
    EXPECT_EQ(answer.body, "hello");
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(http1_connection_test, http_1_0_closes_unless_asked_to_stay) {
    auto client = connect();
    client.send("GET /hello HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    auto answer = client.read_message();
    EXPECT_EQ(answer.body, "hello");
    EXPECT_TRUE(answer.has("Connection: keep-alive"));
    client.send("GET /hello HTTP/1.0\r\nHost: a\r\n\r\n");
    answer = client.read_message();
    EXPECT_EQ(answer.body, "hello");
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(http1_connection_test, handler_that_throws_or_says_nothing_is_a_500) {
    for (const auto* target : {"/throw", "/silence"}) {
        auto client = connect();
        client.send(get(target));
        EXPECT_EQ(client.read_message().status(), 500U);
        EXPECT_TRUE(client.ends());
    }
}

TEST_F(http1_connection_test, client_that_goes_away_is_noticed_while_the_exchange_waits) {
    auto client = connect();
    client.send(get("/wait"));
    handler_.wait_until_told("waiting");
    client.close();
    handler_.wait_until_told("gone");
}

TEST_F(http1_connection_test, client_that_goes_away_behind_a_pipelined_request_is_noticed) {
    auto client = connect();
    client.send(get("/wait") + get("/hello"));
    handler_.wait_until_told("waiting");
    client.close();
    handler_.wait_until_told("gone");
}

TEST_F(http1_connection_test, client_that_breaks_off_in_a_head_is_forgotten) {
    {
        auto client = connect();
        client.send("GET /hel");
    }
    auto client = connect();
    client.send(get("/hello"));
    EXPECT_EQ(client.read_message().body, "hello");
    EXPECT_EQ(server_->open_connections(), 1U);
}

}  // namespace
}  // namespace cloche::http
