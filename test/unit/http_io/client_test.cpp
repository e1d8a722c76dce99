#include "http/client.hpp"

#include "support/run_task.hpp"
#include "unit/http_io/raw_upstream.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace cloche::http {
namespace {

using namespace std::chrono_literals;

class client_test : public testing::Test {
protected:
    client_test() {
        where_.host = "127.0.0.1";
        where_.port = upstream_.port();
        threads_.start();
    }
    ~client_test() override { threads_.stop(); }

    client& made() {
        if (!client_) client_ = std::make_unique<client>(threads_, where_, options_);
        return *client_;
    }
    std::future<result<response>> fetch(const std::string& method = "GET", std::string body = {}) {
        request what(method, "/path?q=1");
        what.body = std::move(body);
        return fetch(std::move(what));
    }
    std::future<result<response>> fetch(request what) {
        return test::start_task(threads_.context(0), made().fetch(std::move(what), how_));
    }
    /// One good exchange, so that the pool holds a connection: its other end.
    raw_client warm_up() {
        auto first = fetch();
        auto connection = upstream_.accept();
        connection.read_until("\r\n\r\n");
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        EXPECT_TRUE(first.get());
        return connection;
    }
    /// Until the pool has noticed that it holds nothing usable.
    void wait_until_closed() {
        while (made().connections() != 0)
            std::this_thread::sleep_for(1ms);
    }
    error failure(std::future<result<response>> outcome) {
        const auto got = outcome.get();
        return got ? error() : got.error();
    }

    raw_upstream upstream_;
    origin where_;
    client_options options_;
    fetch_options how_;
    runtime::io_threads threads_{1};
    std::unique_ptr<client> client_;
};

TEST_F(client_test, request_goes_out_as_given_with_host_and_framing) {
    where_.base_path = "/api";
    request what("POST", "/login?x=%20");
    what.with("Content-Type", "application/json").with("X-A", "b");
    what.body = "{}";
    auto answer = fetch(what);
    auto connection = upstream_.accept();
    EXPECT_EQ(
        connection.read_until("\r\n\r\n"),
        "POST /api/login?x=%20 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(upstream_.port()) +
            "\r\nContent-Type: application/json\r\nX-A: b\r\nContent-Length: 2\r\n\r\n"
    );
    EXPECT_EQ(connection.read_bytes(2), "{}");
    connection.send(
        "HTTP/1.1 201 Created\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 3\r\n\r\nyes"
    );
    const auto got = answer.get();
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(got->status, 201U);
    EXPECT_EQ(got->body, "yes");
    EXPECT_EQ(got->value("SET-COOKIE"), "a=1");
    EXPECT_EQ(got->values("Set-Cookie").size(), 2U);
    EXPECT_EQ(got->value("absent"), "");
}

TEST_F(client_test, empty_post_declares_its_length_and_get_has_none) {
    auto posted = fetch("POST");
    auto connection = upstream_.accept();
    EXPECT_NE(
        connection.read_until("\r\n\r\n").find("\r\nContent-Length: 0\r\n"), std::string::npos
    );
    connection.send("HTTP/1.1 204 No Content\r\n\r\n");
    ASSERT_TRUE(posted.get());
    auto got = fetch("GET");
    EXPECT_EQ(connection.read_until("\r\n\r\n").find("Content-Length"), std::string::npos);
    connection.send("HTTP/1.1 204 No Content\r\n\r\n");
    ASSERT_TRUE(got.get());
}

TEST_F(client_test, answers_of_every_framing_are_read) {
    const std::pair<std::string, std::string> cases[] = {
        {"Content-Length: 5\r\n\r\nhello", "hello"},
        {"Content-Length: 0\r\n\r\n", ""},
        {"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nT: t\r\n\r\n", "hello"},
        {"\r\nhello", "hello"},
    };
    for (const auto& [sent, body] : cases) {
        auto answer = fetch();
        auto connection = upstream_.accept();
        connection.read_until("\r\n\r\n");
        for (const char each : "HTTP/1.1 200 OK\r\nConnection: close\r\n" + sent)
            connection.send({&each, 1});
        connection.close();
        const auto got = answer.get();
        ASSERT_TRUE(got) << sent << got.error().message();
        EXPECT_EQ(got->body, body);
    }
}

TEST_F(client_test, interim_answers_are_passed_over) {
    auto answer = fetch();
    auto connection = upstream_.accept();
    connection.read_until("\r\n\r\n");
    connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    const auto got = answer.get();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, 200U);
    EXPECT_EQ(got->body, "ok");
}

// PX-4
TEST_F(client_test, badly_framed_answer_is_invalid_and_its_connection_closed) {
    std::string endless;
    for (int i = 0; i < 40; ++i)
        endless += "HTTP/1.1 102 Processing\r\n\r\n";
    for (const auto& sent :
         {std::string("nonsense\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nA: b\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
          std::string("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
          endless,
          "HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'a')}) {
        auto answer = fetch();
        auto connection = upstream_.accept();
        connection.read_until("\r\n\r\n");
        connection.send(sent);
        EXPECT_EQ(failure(std::move(answer)), errc::upstream_invalid) << sent.substr(0, 100);
        EXPECT_TRUE(connection.ends());
    }
}

TEST_F(client_test, upstream_that_ends_too_early_is_reset) {
    for (const auto* sent :
         {"",
          "HTTP/1.1 200 OK\r\nConte",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
        auto answer = fetch();
        auto connection = upstream_.accept();
        connection.read_until("\r\n\r\n");
        connection.send(sent);
        connection.close();
        EXPECT_EQ(failure(std::move(answer)), errc::upstream_reset) << sent;
        EXPECT_TRUE(upstream_.nobody_came());
    }
}

TEST_F(client_test, no_listener_is_connect_failed) {
    upstream_.close();
    EXPECT_EQ(failure(fetch()), errc::connect_failed);
    EXPECT_EQ(made().connections(), 0U);
}

TEST_F(client_test, name_that_does_not_exist_is_connect_failed) {
    where_.host = "does-not-exist.invalid";
    EXPECT_EQ(failure(fetch()), errc::connect_failed);
}

TEST_F(client_test, name_is_resolved_and_all_its_addresses_are_tried) {
    where_.host = "localhost";  // where it has ::1 too, nobody listens there
    auto answer = fetch();
    auto connection = upstream_.accept();
    EXPECT_NE(connection.read_until("\r\n\r\n").find("\r\nHost: localhost:"), std::string::npos);
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    EXPECT_TRUE(answer.get());
}

TEST_F(client_test, silent_upstream_is_a_timeout_of_unknown_outcome) {
    how_.timeout = 1ms;
    auto answer = fetch();
    auto connection = upstream_.accept();
    EXPECT_EQ(failure(std::move(answer)), errc::upstream_timeout);
    connection.read_until("\r\n\r\n");
    EXPECT_TRUE(connection.ends());
}

TEST_F(client_test, slow_body_is_a_timeout) {
    how_.timeout = 1ms;
    auto answer = fetch();
    auto connection = upstream_.accept();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
    EXPECT_EQ(failure(std::move(answer)), errc::upstream_timeout);
}

TEST_F(client_test, body_over_the_limit_is_invalid) {
    how_.body_limit = 4;
    auto answer = fetch();
    auto connection = upstream_.accept();
    connection.read_until("\r\n\r\n");
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(failure(std::move(answer)), errc::upstream_invalid);
}

// PX-20
TEST_F(client_test, field_with_a_line_end_is_never_sent) {
    request what("GET", "/");
    what.with("X-A", "b\r\nX-C: d");
    EXPECT_EQ(failure(fetch(what)), errc::bad_field);
    EXPECT_TRUE(upstream_.nobody_came());
}

// PX-12
TEST_F(client_test, connection_is_reused_after_a_complete_answer) {
    auto connection = warm_up();
    for (int i = 0; i < 3; ++i) {
        auto again = fetch();
        connection.read_until("\r\n\r\n");
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        EXPECT_TRUE(again.get());
    }
    EXPECT_TRUE(upstream_.nobody_came());
    EXPECT_EQ(made().connections(), 1U);
}

// PX-12
TEST_F(client_test, connection_is_not_reused_when_bytes_follow_the_answer) {
    for (const bool late : {false, true}) {
        auto first = fetch();
        auto connection = upstream_.accept();
        connection.read_until("\r\n\r\n");
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        const std::string surplus = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
        connection.send(late ? answer : answer + surplus);
        EXPECT_EQ(first.get()->body, "ok");
        if (late) connection.send(surplus);
        wait_until_closed();
        auto second = fetch();
        auto fresh = upstream_.accept();
        fresh.read_until("\r\n\r\n");
        fresh.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ngood");
        EXPECT_EQ(second.get()->body, "good");
    }
}

TEST_F(client_test, connection_is_not_reused_when_the_upstream_says_close) {
    for (const auto* sent :
         {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
        auto answer = fetch();
        auto connection = upstream_.accept();
        connection.read_until("\r\n\r\n");
        connection.send(sent);
        EXPECT_TRUE(answer.get());
        EXPECT_TRUE(connection.ends());
    }
}

TEST_F(client_test, connection_that_died_while_idle_is_not_used) {
    for (const auto* method : {"GET", "POST"}) {
        {
            auto connection = warm_up();
            connection.close();
        }
        auto answer = fetch(method);
        auto fresh = upstream_.accept();
        fresh.read_until("\r\n\r\n");
        fresh.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        EXPECT_TRUE(answer.get());
    }
}

// PX-14: the upstream closes after the request has reached it.
TEST_F(client_test, idempotent_request_is_repeated_once_on_a_fresh_connection) {
    auto connection = warm_up();
    auto answer = fetch("PUT", "body");
    connection.read_until("\r\n\r\nbody");
    connection.close();
    auto fresh = upstream_.accept();
    EXPECT_EQ(fresh.read_until("\r\n\r\nbody").substr(0, 4), "PUT ");
    fresh.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_EQ(answer.get()->body, "ok");
}

// PX-14
TEST_F(client_test, second_failure_is_not_repeated) {
    auto connection = warm_up();
    auto answer = fetch("GET");
    connection.read_until("\r\n\r\n");
    connection.close();
    auto fresh = upstream_.accept();
    fresh.read_until("\r\n\r\n");
    fresh.close();
    EXPECT_EQ(failure(std::move(answer)), errc::upstream_reset);
    EXPECT_TRUE(upstream_.nobody_came());
}

// PX-14
TEST_F(client_test, other_methods_are_never_repeated) {
    for (const auto* method : {"POST", "PATCH"}) {
        auto connection = warm_up();
        auto answer = fetch(method, "body");
        connection.read_until("\r\n\r\nbody");
        connection.close();
        EXPECT_EQ(failure(std::move(answer)), errc::upstream_reset);
        EXPECT_TRUE(upstream_.nobody_came());
    }
}

// PX-14
TEST_F(client_test, request_whose_answer_had_begun_is_not_repeated) {
    auto connection = warm_up();
    auto answer = fetch("GET");
    connection.read_until("\r\n\r\n");
    connection.send("HTTP/1.1 200");
    connection.close();
    EXPECT_EQ(failure(std::move(answer)), errc::upstream_reset);
    EXPECT_TRUE(upstream_.nobody_came());
}

TEST_F(client_test, failed_connect_of_a_repetition_does_not_claim_that_nothing_was_sent) {
    auto connection = warm_up();
    auto answer = fetch("GET");
    connection.read_until("\r\n\r\n");
    upstream_.close();
    connection.close();
    EXPECT_EQ(failure(std::move(answer)), errc::upstream_reset);
}

// What carries a refresh token: surely once.
TEST_F(client_test, fresh_connection_is_fresh_and_never_repeated) {
    auto idle = warm_up();
    how_.fresh_connection = true;
    auto answer = fetch("GET");
    auto connection = upstream_.accept();
    connection.read_until("\r\n\r\n");
    connection.close();
    EXPECT_EQ(failure(std::move(answer)), errc::upstream_reset);
    EXPECT_TRUE(upstream_.nobody_came());
}

TEST_F(client_test, idle_connection_is_closed_after_its_time) {
    options_.keep_alive = 1ms;
    auto connection = warm_up();
    EXPECT_EQ(connection.read_to_end(), "");
}

TEST_F(client_test, idle_connection_that_the_upstream_closed_is_closed_here_too) {
    auto connection = warm_up();
    connection.shutdown_send();
    EXPECT_EQ(connection.read_to_end(), "");
    auto reset = warm_up();
    reset.reset();
    wait_until_closed();
}

// PX-12: the kernel has them, and the event loop may not have seen them yet.
TEST_F(client_test, no_request_takes_a_connection_with_bytes_on_it) {
    for (int i = 0; i < 20; ++i) {
        auto connection = warm_up();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        auto posted = fetch(i % 2 == 0 ? "POST" : "GET");
        auto fresh = upstream_.accept();
        fresh.read_until("\r\n\r\n");
        fresh.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngood");
        EXPECT_EQ(posted.get()->body, "good");
    }
}

TEST_F(client_test, close_closes_idle_connections) {
    auto connection = warm_up();
    made().close();
    EXPECT_EQ(connection.read_to_end(), "");
}

TEST_F(client_test, answer_that_comes_before_the_end_of_the_request_is_read) {
    auto answer = fetch("POST", std::string(50'000'000, 'b'));
    auto connection = upstream_.accept();
    connection.read_until("\r\n\r\n");
    connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
    connection.shutdown_send();
    std::thread reader([&connection] { connection.ends(); });
    const auto got = answer.get();
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(got->status, 413U);
    client_->close();
    reader.join();
}

}  // namespace
}  // namespace cloche::http
