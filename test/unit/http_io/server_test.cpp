#include "http/server.hpp"

#include "unit/http_io/server_fixture.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace cloche::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using server_test = server_fixture;

TEST_F(server_test, port_that_is_taken_is_said_in_words) {
    const auto taken = "127.0.0.1:" + std::to_string(port());
    server_options options;
    options.listen = taken;
    server second(threads_, options, handler_);
    std::string why;
    const auto where = second.start(why);
    ASSERT_FALSE(where);
    EXPECT_EQ(where.error(), boost::system::errc::address_in_use);
    EXPECT_EQ(why, taken + " is in use by another program; choose another `listen`");
}

TEST_F(server_test, address_that_is_none_is_said_in_words) {
    for (const auto* listen :
         {"",
          "3000",
          "localhost:3000",
          "127.0.0.1",
          "127.0.0.1:",
          "127.0.0.1:x",
          "127.0.0.1:70000",
          "::1",
          "300.0.0.1:1"}) {
        server_options options;
        options.listen = listen;
        server none(threads_, options, handler_);
        std::string why;
        EXPECT_FALSE(none.start(why)) << listen;
        EXPECT_THAT(why, HasSubstr("ADDRESS:PORT")) << listen;
    }
    server_options options;
    options.listen = "203.0.113.7:3000";
    server none(threads_, options, handler_);
    std::string why;
    EXPECT_FALSE(none.start(why));
    EXPECT_EQ(why, "203.0.113.7:3000 is no address of this machine; choose another `listen`");
}

TEST_F(server_test, ipv6_is_served) {
    options_.listen = "[::1]:0";
    server_.emplace(threads_, options_, handler_);
    std::string why;
    const auto where = server_->start(why);
    if (!where) {
        // A machine without IPv6: that is said, too.
        EXPECT_THAT(why, HasSubstr("[::1]:0"));
        return;
    }
    EXPECT_EQ(where->address().to_string(), "::1");
    EXPECT_NE(where->port(), 0);
    threads_.start();
}

TEST(server_threads, all_threads_accept_at_one_port) {
    scripted_handler handler;
    runtime::io_threads threads(4);
    server_options options;
    options.listen = "127.0.0.1:0";
    server four(threads, options, handler);
    std::string why;
    const auto where = four.start(why);
    ASSERT_TRUE(where) << why;
    threads.start();
    std::vector<raw_client> clients;
    for (int i = 0; i < 40; ++i) {
        auto& client = clients.emplace_back(where->port());
        client.send(get("/hello"));
        EXPECT_EQ(client.read_message().body, "hello");
    }
    EXPECT_EQ(four.open_connections(), 40U);
    four.drain(10s);
    EXPECT_EQ(four.open_connections(), 0U);
    for (auto& client : clients)
        EXPECT_EQ(client.read_to_end(), "");
    threads.stop();
}

TEST_F(server_test, connections_over_the_limit_are_told_503) {
    options_.connections = 2;
    auto first = connect();
    auto second = connect();
    for (auto* client : {&first, &second}) {
        client->send(get("/hello"));
        EXPECT_EQ(client->read_message().status(), 200U);
    }
    auto third = connect();
    third.send(get("/hello"));
    const auto answer = third.read_message();
    EXPECT_EQ(answer.status(), 503U);
    EXPECT_TRUE(third.ends());
    first.send(get("/hello"));
    EXPECT_EQ(first.read_message().status(), 200U);
}

TEST_F(server_test, drain_closes_idle_connections_and_lets_exchanges_finish) {
    auto idle = connect();
    idle.send(get("/hello"));
    EXPECT_EQ(idle.read_message().status(), 200U);
    auto busy = connect();
    busy.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    );
    busy.read_until("100 Continue\r\n\r\n");
    std::thread drainer([this] { server_->drain(20s); });
    EXPECT_EQ(idle.read_to_end(), "");
    busy.send("abc");
    const auto answer = busy.read_message();
    EXPECT_EQ(answer.body, "abc");
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_EQ(busy.read_to_end(), "");
    drainer.join();
    EXPECT_EQ(server_->open_connections(), 0U);
    EXPECT_THROW(connect(), std::runtime_error);
}

TEST_F(server_test, drain_breaks_off_what_does_not_finish_in_time) {
    auto waiting = connect();
    waiting.send(get("/wait"));
    handler_.wait_until_told("waiting");
    auto reading = connect();
    reading.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
    auto half = connect();
    half.send("GET /hello HTT");
    auto stuck = connect();
    stuck.send(get("/large?64"));
    stuck.read_bytes(1);
    server_->drain(0ms);
    EXPECT_EQ(server_->open_connections(), 0U);
    handler_.wait_until_told("gone");
    handler_.wait_until_told("write failed");
    EXPECT_EQ(waiting.read_to_end(), std::nullopt);
}

// Descriptors run out: the server waits, and serves again when there are some.
TEST_F(server_test, lack_of_descriptors_is_survived) {
    auto before = connect();
    before.send(get("/hello"));
    EXPECT_EQ(before.read_message().status(), 200U);
    std::vector<raw_client> waiting;
    for (int i = 0; i < 3; ++i)
        waiting.emplace_back(raw_client(port()));
    for (auto& client : waiting) {
        client.send(get("/hello"));
        EXPECT_EQ(client.read_message().status(), 200U);
    }
    const int probe = ::dup(0);
    rlimit was{};
    ::getrlimit(RLIMIT_NOFILE, &was);
    const int late = ::socket(AF_INET, SOCK_STREAM, 0);
    const rlimit none{static_cast<rlim_t>(probe), was.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    sockaddr_storage where{};
    socklen_t size = sizeof where;
    ::getpeername(before.descriptor(), static_cast<sockaddr*>(static_cast<void*>(&where)), &size);
    ASSERT_EQ(::connect(late, static_cast<sockaddr*>(static_cast<void*>(&where)), size), 0);
    auto client = raw_client::adopt(late);
    client.send(get("/hello"));
    before.send(get("/hello"));
    EXPECT_EQ(before.read_message().status(), 200U);
    ::setrlimit(RLIMIT_NOFILE, &was);
    ::close(probe);
    EXPECT_EQ(client.read_message().body, "hello");
}

}  // namespace
}  // namespace cloche::http
