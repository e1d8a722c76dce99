#include "http/errc.hpp"
#include "unit/http_io/proxy_handler.hpp"
#include "unit/http_io/raw_upstream.hpp"
#include "unit/http_io/server_fixture.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <thread>

namespace cloche::http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class upstream_exchange_test : public testing::Test {
protected:
    upstream_exchange_test() { server_options_.listen = "127.0.0.1:0"; }
    ~upstream_exchange_test() override {
        if (!server_) return;
        server_->drain(0ms);
        threads_.stop();
    }

    /// A browser's connection to the proxy, which is started on the first call.
    raw_client connect() {
        if (!server_) {
            where_.port = upstream_.port();
            client_.emplace(threads_, where_, client_options_);
            handler_.emplace(*client_);
            server_.emplace(threads_, server_options_, *handler_);
            std::string why;
            port_ = server_->start(why).value().port();
            threads_.start();
        }
        return raw_client(port_);
    }
    /// One good exchange, so that the pool holds a connection: its other end.
    raw_client warm_up() {
        auto browser = connect();
        browser.send(get("/warm"));
        auto up = upstream_.accept();
        up.read_until("\r\n\r\n");
        up.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        browser.read_message();
        return up;
    }

    raw_upstream upstream_;
    origin where_;
    client_options client_options_;
    server_options server_options_;
    runtime::io_threads threads_{1};
    std::optional<client> client_;
    std::optional<proxy_handler> handler_;
    std::optional<server> server_;
    std::uint16_t port_ = 0;
};

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST_F(upstream_exchange_test, request_and_answer_pass) {
    auto browser = connect();
    browser.send(get("/a/b?c=%20d&e", "X-A: b\r\nConnection: X-Hop\r\nX-Hop: 1\r\n"));
    auto up = upstream_.accept();
    EXPECT_EQ(
        up.read_until("\r\n\r\n"),
        "GET /a/b?c=%20d&e HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(upstream_.port()) +
            "\r\nX-A: b\r\n\r\n"
    );
    up.send("HTTP/1.1 203 Whatever\r\nX-B: c\r\nContent-Length: 5\r\n\r\nhello");
    const auto answer = browser.read_message();
    EXPECT_EQ(answer.status(), 203U);
    EXPECT_TRUE(answer.has("X-B: c"));
    EXPECT_EQ(answer.body, "hello");
}

TEST_F(upstream_exchange_test, one_connection_serves_one_request_after_another) {
    auto browser = connect();
    browser.send(get("/1") + get("/2") + get("/3"));
    auto up = upstream_.accept();
    for (const auto* path : {"/1", "/2", "/3"}) {
        EXPECT_THAT(up.read_until("\r\n\r\n"), StartsWith(std::string("GET ") + path));
        up.send(ok);
        EXPECT_EQ(browser.read_message().body, "ok");
    }
    EXPECT_TRUE(upstream_.nobody_came());
}

TEST_F(upstream_exchange_test, base_path_stands_before_every_target) {
    where_.base_path = "/api";
    auto browser = connect();
    browser.send(get("/x"));
    auto up = upstream_.accept();
    EXPECT_THAT(up.read_until("\r\n\r\n"), StartsWith("GET /api/x HTTP/1.1\r\n"));
    up.send(ok);
    EXPECT_EQ(browser.read_message().body, "ok");
}

TEST_F(upstream_exchange_test, every_method_may_have_a_body) {
    for (const std::string method :
         {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"}) {
        auto browser = connect();
        browser.send(method + " /m HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
        auto up = upstream_.accept();
        const auto head = up.read_until("\r\n\r\n");
        EXPECT_THAT(head, StartsWith(method + " /m "));
        EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 4\r\n"));
        EXPECT_EQ(up.read_bytes(4), "body");
        up.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        EXPECT_EQ(browser.read_message().body, "ok") << method;
    }
}

// PX-7
TEST_F(upstream_exchange_test, framing_of_the_request_is_made_anew) {
    auto browser = connect();
    browser.send(post_chunked("/c", "2;ext=1\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: x\r\n\r\n"));
    auto up = upstream_.accept();
    auto head = up.read_until("\r\n\r\n");
    EXPECT_THAT(head, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
    const auto body = up.read_until("0\r\n\r\n");
    EXPECT_THAT(body, Not(HasSubstr("ext")));
    EXPECT_THAT(body, Not(HasSubstr("Trailer")));
    EXPECT_EQ(body, "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
    up.send(ok);
    EXPECT_EQ(browser.read_message().body, "ok");

    browser.send(post("/l", ""));
    head = up.read_until("\r\n\r\n");
    EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 0\r\n"));
    up.send(ok);
    EXPECT_EQ(browser.read_message().body, "ok");

    browser.send(post_chunked("/c", "0\r\n\r\n"));
    EXPECT_THAT(up.read_until("\r\n\r\n"), HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
    EXPECT_EQ(up.read_until("\r\n\r\n"), "0\r\n\r\n");
    up.send(ok);
    EXPECT_EQ(browser.read_message().body, "ok");
}

TEST_F(upstream_exchange_test, framing_of_the_answer_is_made_anew) {
    auto browser = connect();
    browser.send(get("/chunked"));
    auto up = upstream_.accept();
    up.read_until("\r\n\r\n");
    up.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nhe\r\n3\r\nllo\r\n0\r\nT: "
        "u\r\n\r\n"
    );
    auto answer = browser.read_message();
    EXPECT_TRUE(answer.has("Transfer-Encoding: chunked"));
    EXPECT_EQ(answer.body, "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");

    browser.send(get("/until-close"));
    up.read_until("\r\n\r\n");
    up.send("HTTP/1.1 200 OK\r\n\r\nhello");
    up.close();
    answer = browser.read_message();
    EXPECT_TRUE(answer.has("Transfer-Encoding: chunked"));
    EXPECT_EQ(answer.body, "5\r\nhello\r\n0\r\n\r\n");
}

// PX-15
TEST_F(upstream_exchange_test, answers_without_a_body_leave_the_connection_usable) {
    auto browser = connect();
    browser.send("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n");
    auto up = upstream_.accept();
    EXPECT_THAT(up.read_until("\r\n\r\n"), StartsWith("HEAD /h "));
    up.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
    EXPECT_EQ(browser.read_message(false).status(), 200U);
    for (const std::string status : {"204 No Content", "304 Not Modified"}) {
        browser.send(get("/s"));
        up.read_until("\r\n\r\n");
        up.send("HTTP/1.1 " + status + "\r\n\r\n");
        EXPECT_EQ(browser.read_message(false).status(), std::stoul(status));
    }
    browser.send(get("/g"));
    up.read_until("\r\n\r\n");
    up.send(ok);
    EXPECT_EQ(browser.read_message().body, "ok");
    EXPECT_TRUE(upstream_.nobody_came());
}

// A body that must not be there is the next answer to whoever believes it.
TEST_F(upstream_exchange_test, body_behind_an_answer_without_one_is_nobodys_answer) {
    auto browser = connect();
    browser.send("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n");
    auto up = upstream_.accept();
    up.read_until("\r\n\r\n");
    up.send("HTTP/1.1 200 OK\r\nContent-Length: 45\r\n\r\n");
    EXPECT_EQ(browser.read_message(false).status(), 200U);
    up.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    browser.send(get("/g"));
    auto fresh = upstream_.accept();
    fresh.read_until("\r\n\r\n");
    fresh.send(ok);
    EXPECT_EQ(browser.read_message().body, "ok");
}

TEST_F(upstream_exchange_test, streamed_answer_is_passed_on_piece_by_piece) {
    auto browser = connect();
    browser.send(get("/events"));
    auto up = upstream_.accept();
    up.read_until("\r\n\r\n");
    up.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    EXPECT_THAT(
        browser.read_until("\r\n\r\n"), HasSubstr("text/event-stream")
    );  // before the first event
    for (int i = 0; i < 3; ++i) {
        up.send("7\r\ndata:1\n\r\n");
        EXPECT_EQ(browser.read_until("data:1\n\r\n"), "7\r\ndata:1\n\r\n");
    }
    up.send("0\r\n\r\n");
    EXPECT_EQ(browser.read_until("\r\n\r\n"), "0\r\n\r\n");
}

TEST_F(upstream_exchange_test, expectation_is_answered_here_and_not_sent_on) {
    auto browser = connect();
    browser.send("POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    );
    EXPECT_EQ(browser.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    browser.send("body");
    auto up = upstream_.accept();
    EXPECT_THAT(up.read_until("\r\n\r\n"), Not(HasSubstr("Expect")));
    EXPECT_EQ(up.read_bytes(4), "body");
    up.send("HTTP/1.1 100 Continue\r\n\r\n" + std::string(ok));
    EXPECT_EQ(browser.read_message().body, "ok");
}

TEST_F(upstream_exchange_test, upload_of_64_mib_passes_in_either_framing) {
    constexpr std::size_t size = 64 * 1024 * 1024;
    const std::string piece(1024 * 1024, 'u');
    for (const bool chunked : {false, true}) {
        auto browser = connect();
        std::thread sender([&] {
            if (chunked)
                browser.send(post_chunked("/up", ""));
            else
                browser.send(
                    "POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) +
                    "\r\n\r\n"
                );
            for (std::size_t sent = 0; sent < size; sent += piece.size()) {
                if (chunked)
                    browser.send("100000\r\n" + piece + "\r\n");
                else
                    browser.send(piece);
            }
            if (chunked) browser.send("0\r\n\r\n");
        });
        auto up = upstream_.accept();
        const auto head = up.read_until("\r\n\r\n");
        EXPECT_THAT(
            head, HasSubstr(chunked ? "Transfer-Encoding: chunked" : "Content-Length: 67108864")
        );
        std::size_t got = 0;
        while (got < size) {
            const auto count =
                chunked ? std::stoul(up.read_until("\r\n"), nullptr, 16) : piece.size();
            ASSERT_NE(count, 0U);
            const auto content = up.read_bytes(count);
            ASSERT_EQ(content.find_first_not_of('u'), std::string::npos);
            got += content.size();
            if (chunked) {
                EXPECT_EQ(up.read_bytes(2), "\r\n");
            }
        }
        EXPECT_EQ(got, size);
        if (chunked) {
            EXPECT_EQ(up.read_until("\r\n\r\n"), "0\r\n\r\n");
        }
        sender.join();
        up.send("HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        const auto answer = browser.read_message();
        EXPECT_EQ(answer.status(), 201U);
        EXPECT_FALSE(answer.has("Connection: close"));
    }
}

TEST_F(upstream_exchange_test, answer_of_64_mib_passes_in_every_framing) {
    constexpr std::size_t size = 64 * 1024 * 1024;
    const std::string piece(1024 * 1024, 'd');
    for (const std::string framing :
         {"Content-Length: 67108864\r\n", "Transfer-Encoding: chunked\r\n", ""}) {
        auto browser = connect();
        browser.send(get("/down"));
        auto up = upstream_.accept();
        up.read_until("\r\n\r\n");
        const bool chunked = framing.starts_with("Transfer");
        std::thread sender([&] {
            up.send("HTTP/1.1 200 OK\r\nConnection: close\r\n" + framing + "\r\n");
            for (std::size_t sent = 0; sent < size; sent += piece.size()) {
                up.send(chunked ? "100000\r\n" + piece + "\r\n" : piece);
            }
            if (chunked) up.send("0\r\n\r\n");
            up.close();
        });
        const auto head = browser.read_until("\r\n\r\n");
        std::size_t got = 0;
        if (framing.starts_with("Content")) {
            got = browser.read_bytes(size).size();
        } else {
            EXPECT_THAT(head, HasSubstr("Transfer-Encoding: chunked"));
            for (;;) {
                const auto line = browser.read_until("\r\n");
                ASSERT_FALSE(line.empty());
                const auto count = std::stoul(line, nullptr, 16);
                got += browser.read_bytes(count + 2).size() - 2;
                if (count == 0) break;
            }
        }
        EXPECT_EQ(got, size) << framing;
        sender.join();
    }
}

TEST_F(upstream_exchange_test, early_answer_is_passed_on_and_the_upload_stopped) {
    auto browser = connect();
    browser.send(
        "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n" +
        std::string(100'000, 'x')
    );
    auto up = upstream_.accept();
    up.read_until("\r\n\r\n");
    up.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nno!");
    const auto answer = browser.read_message();
    EXPECT_EQ(answer.status(), 413U);
    EXPECT_EQ(answer.body, "no!");
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_LT(up.read_bytes(100'000'000).size(), 100'000'000U);
    browser.shutdown_send();
    EXPECT_EQ(browser.read_to_end(), "");
    handler_->wait_until_told("done");
}

TEST_F(upstream_exchange_test, early_answer_of_an_upstream_that_closes_is_passed_on) {
    auto browser = connect();
    browser.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
    std::thread sender([&browser] { browser.send(std::string(50'000'000, 'x')); });
    auto up = upstream_.accept();
    up.read_until("\r\n\r\n");
    up.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    up.shutdown_send();
    up.read_bytes(10'000'000);
    up.close();
    EXPECT_EQ(browser.read_message().status(), 403U);
    sender.join();
}

TEST_F(upstream_exchange_test, upload_goes_on_behind_an_answer_that_has_begun) {
    auto browser = connect();
    browser.send(post_chunked("/duplex", "3\r\none\r\n"));
    auto up = upstream_.accept();
    up.read_until("3\r\none\r\n");
    up.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nONE\r\n");
    EXPECT_THAT(browser.read_until("ONE\r\n"), EndsWith("3\r\nONE\r\n"));
    browser.send("3\r\ntwo\r\n");
    up.read_until("3\r\ntwo\r\n");
    up.send("3\r\nTWO\r\n");
    EXPECT_EQ(browser.read_until("TWO\r\n"), "3\r\nTWO\r\n");
    browser.send("0\r\n\r\n");
    up.read_until("0\r\n\r\n");
    up.send("0\r\n\r\n");
    EXPECT_EQ(browser.read_until("0\r\n\r\n"), "0\r\n\r\n");
    handler_->wait_until_told("done");
}

TEST_F(upstream_exchange_test, upstream_that_ends_in_mid_body_breaks_the_answer_off) {
    for (const std::string framing :
         {"Content-Length: 10\r\n\r\nhel",
          "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n",
          "Transfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
        auto browser = connect();
        browser.send(get("/half"));
        auto up = upstream_.accept();
        up.read_until("\r\n\r\n");
        up.send("HTTP/1.1 200 OK\r\n" + framing);
        up.close();
        EXPECT_EQ(browser.read_to_end(), std::nullopt) << "a clean end";
    }
}

// PX-17
TEST_F(upstream_exchange_test, failures_before_the_answer_have_their_own_errors) {
    client_options_.answer_timeout = 1ms;
    auto browser = connect();
    browser.send(get("/reset"));
    {
        auto up = upstream_.accept();
        up.read_until("\r\n\r\n");
    }
    EXPECT_EQ(browser.read_message().status(), 502U);
    handler_->wait_until_told(make_error_code(errc::upstream_reset));

    browser.send(get("/silent"));
    auto silent = upstream_.accept();
    EXPECT_EQ(browser.read_message().status(), 504U);
    handler_->wait_until_told(make_error_code(errc::upstream_timeout));
    silent.read_until("\r\n\r\n");
    EXPECT_TRUE(silent.ends());

    browser.send(get("/invalid"));
    {
        auto up = upstream_.accept();
        up.send("nonsense\r\n\r\n");
        EXPECT_EQ(browser.read_message().status(), 502U);
    }
    handler_->wait_until_told(make_error_code(errc::upstream_invalid));

    upstream_.close();
    browser.send(get("/down"));
    EXPECT_EQ(browser.read_message().status(), 502U);
    handler_->wait_until_told(make_error_code(errc::connect_failed));
}

TEST_F(upstream_exchange_test, answer_that_stands_still_is_broken_off) {
    client_options_.stream_idle = 1ms;
    auto browser = connect();
    browser.send(get("/slow"));
    auto up = upstream_.accept();
    up.read_until("\r\n\r\n");
    up.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel");
    EXPECT_EQ(browser.read_to_end(), std::nullopt);
    handler_->wait_until_told(make_error_code(errc::upstream_timeout));
    EXPECT_TRUE(up.ends());
}

TEST_F(upstream_exchange_test, answer_time_begins_when_the_upload_has_ended) {
    client_options_.answer_timeout = 1ms;
    auto browser = connect();
    browser.send(post_chunked("/slow-upload", "1\r\na\r\n"));
    auto up = upstream_.accept();
    up.read_until("1\r\na\r\n");
    std::this_thread::sleep_for(1s);  // longer than the limit and the coarseness of its clock
    browser.send("1\r\nb\r\n0\r\n\r\n");
    EXPECT_THAT(up.read_until("0\r\n\r\n"), StartsWith("1\r\nb\r\n"));
    EXPECT_EQ(browser.read_message().status(), 504U);
}

TEST_F(upstream_exchange_test, browser_that_leaves_closes_the_upstream_connection) {
    {
        auto browser = connect();
        browser.send(get("/wait"));
        auto up = upstream_.accept();
        up.read_until("\r\n\r\n");
        browser.close();
        EXPECT_TRUE(up.ends());
        handler_->wait_until_told(make_error_code(errc::client_gone));
    }
    auto browser = connect();
    browser.send(get("/events"));
    auto up = upstream_.accept();
    up.read_until("\r\n\r\n");
    up.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
    browser.read_until("a\r\n");
    browser.close();
    EXPECT_TRUE(up.ends());
}

TEST_F(upstream_exchange_test, browser_that_leaves_in_mid_upload_closes_the_upstream_connection) {
    auto browser = connect();
    browser.send(
        "POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + std::string(1000, 'x')
    );
    auto up = upstream_.accept();
    up.read_until("\r\n\r\n");
    browser.close();
    EXPECT_LT(up.read_bytes(1'000'000).size(), 1'000'000U);
    EXPECT_TRUE(up.ends());
    handler_->wait_until_told(make_error_code(errc::client_gone));
}

TEST_F(
    upstream_exchange_test, bad_chunk_in_an_upload_is_answered_400_and_never_completed_upstream
) {
    auto browser = connect();
    browser.send(post_chunked("/up", "5\r\nhello\r\n") + "zz\r\n");
    auto up = upstream_.accept();
    EXPECT_EQ(browser.read_message().status(), 400U);
    EXPECT_THAT(up.read_to_end().value_or(""), Not(HasSubstr("0\r\n\r\n")));
}

TEST_F(upstream_exchange_test, upload_over_the_limit_is_answered_413) {
    server_options_.body_bytes = 1000;
    auto browser = connect();
    browser.send(post_chunked("/up", "1\r\na\r\n"));
    auto up = upstream_.accept();
    up.read_until("1\r\na\r\n");
    browser.send("400\r\n" + std::string(1024, 'x') + "\r\n0\r\n\r\n");
    EXPECT_EQ(browser.read_message().status(), 413U);
    EXPECT_TRUE(up.ends());
}

TEST_F(upstream_exchange_test, upload_that_stands_still_is_answered_408) {
    server_options_.stream_idle = 1ms;
    auto browser = connect();
    browser.send(post_chunked("/up", "1\r\na\r\n"));
    auto up = upstream_.accept();
    EXPECT_EQ(browser.read_message().status(), 408U);
    up.read_until("1\r\na\r\n");
    EXPECT_TRUE(up.ends());
}

// PX-14
TEST_F(upstream_exchange_test, idempotent_request_on_a_stale_connection_is_repeated_once) {
    auto up = warm_up();
    auto browser = connect();
    browser.send("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
    up.read_until("\r\n\r\nbody");
    up.close();
    auto fresh = upstream_.accept();
    EXPECT_THAT(fresh.read_until("\r\n\r\nbody"), StartsWith("PUT /x "));
    fresh.send(ok);
    EXPECT_EQ(browser.read_message().body, "ok");
}

// PX-14
TEST_F(upstream_exchange_test, post_on_a_stale_connection_is_not_repeated) {
    auto up = warm_up();
    auto browser = connect();
    browser.send(post("/x", "body"));
    up.read_until("\r\n\r\nbody");
    up.close();
    EXPECT_EQ(browser.read_message().status(), 502U);
    EXPECT_TRUE(upstream_.nobody_came());
}

// BF-12
TEST_F(upstream_exchange_test, kept_body_is_sent_again) {
    const std::string small = "body";
    const std::string cut(60'000, 'k');
    for (const auto& body : {small, cut, std::string()}) {
        for (const bool chunked : {false, true}) {
            auto browser = connect();
            if (chunked) {
                browser.send(post_chunked("/replay", ""));
                for (const auto& part :
                     {body.substr(0, body.size() / 2), body.substr(body.size() / 2)}) {
                    if (part.empty()) continue;
                    std::array<char, 24> size{};
                    std::snprintf(size.data(), size.size(), "%zx\r\n", part.size());
                    browser.send(size.data() + part + "\r\n");
                }
                browser.send("0\r\n\r\n");
            } else {
                browser.send(post("/replay", body));
            }
            auto up = upstream_.accept();
            auto read_body = [&] {
                std::string got;
                const auto head = up.read_until("\r\n\r\n");
                if (!chunked) {
                    EXPECT_THAT(
                        head,
                        HasSubstr("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n")
                    );
                    return up.read_bytes(body.size());
                }
                for (;;) {
                    const auto count = std::stoul(up.read_until("\r\n"), nullptr, 16);
                    got += up.read_bytes(count);
                    up.read_bytes(2);
                    if (count == 0) return got;
                }
            };
            EXPECT_EQ(read_body(), body);
            up.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nwhat");
            EXPECT_EQ(
                read_body(), body
            );  // on the same connection: what was discarded was all there
            up.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            EXPECT_EQ(browser.read_message().body, "ok");
            up.close();
        }
    }
}

TEST_F(upstream_exchange_test, body_that_is_too_large_is_not_kept) {
    auto browser = connect();
    browser.send(post("/replay", std::string(70'000, 'k')));
    auto up = upstream_.accept();
    up.read_until("\r\n\r\n");
    up.read_bytes(70'000);
    up.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nwhat");
    EXPECT_EQ(browser.read_message().status(), 401U);
}

TEST_F(upstream_exchange_test, browser_that_does_not_read_slows_the_upstream_down) {
    auto browser = connect();
    browser.send(get("/large"));
    auto up = upstream_.accept();
    up.read_until("\r\n\r\n");
    up.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
    const std::string piece(1024 * 1024, 'x');
    const int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    std::size_t taken = 0;
    int refusals = 0;
    while (refusals < 20 && taken < 500'000'000) {
        const auto sent = ::send(up.descriptor(), piece.data(), piece.size(), flags);
        if (sent > 0) {
            taken += static_cast<std::size_t>(sent);
            refusals = 0;
        } else {
            ++refusals;
            std::this_thread::sleep_for(10ms);
        }
    }
    EXPECT_LT(taken, 100'000'000U);  // what the kernel's buffers hold, and no more
}

}  // namespace
}  // namespace cloche::http
