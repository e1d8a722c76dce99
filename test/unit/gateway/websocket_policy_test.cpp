#include "gateway/websocket_policy.hpp"

#include "http/head_parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cloche::gateway {
namespace {

const std::vector<std::string> origins = {"https://app.example", "https://admin.app.example:8443"};
const std::string key =
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

class websocket_policy : public ::testing::Test {
protected:
    const http::request_head& read(const std::string& line, const std::string& fields) {
        text_ = line + "\r\nHost: app.example\r\n" + fields + "\r\n";
        EXPECT_TRUE(http::parse_request_head(text_, http::head_limits(), head_)) << text_;
        return head_;
    }
    const http::request_head& get(const std::string& fields) {
        return read("GET /ws HTTP/1.1", fields);
    }

private:
    std::string text_;
    http::request_head head_;
};

TEST_F(websocket_policy, a_wish_for_one_is_known_by_both_fields_WS_1) {
    EXPECT_TRUE(asks_for_websocket(get("Connection: Upgrade\r\nUpgrade: websocket\r\n")));
    EXPECT_TRUE(asks_for_websocket(get("Connection: keep-alive, upgrade\r\nUpgrade: WebSocket\r\n"))
    );
    EXPECT_TRUE(asks_for_websocket(
        get("Connection: keep-alive\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n")
    ));
    EXPECT_FALSE(asks_for_websocket(get("Upgrade: websocket\r\n")));
    EXPECT_FALSE(asks_for_websocket(get("Connection: Upgrade\r\n")));
    EXPECT_FALSE(asks_for_websocket(get("")));
}

TEST_F(websocket_policy, no_other_protocol_is_switched_to_WS_3) {
    for (const char* other : {"h2c", "websocket, h2c", "h2c, websocket", "websockets", "TLS/1.0"}) {
        const auto& head = get(std::string("Connection: Upgrade\r\nUpgrade: ") + other + "\r\n");
        EXPECT_FALSE(asks_for_websocket(head)) << other;
    }
}

TEST_F(websocket_policy, a_handshake_that_no_browser_makes_is_refused) {
    EXPECT_EQ(handshake_fault(get(key)), "");
    EXPECT_NE(handshake_fault(get("")), "");
    EXPECT_NE(handshake_fault(get("Sec-WebSocket-Version: 8\r\n" + key)), "");
    EXPECT_NE(handshake_fault(get("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a\r\n")), "");
    EXPECT_NE(handshake_fault(read("POST /ws HTTP/1.1", key)), "");
    EXPECT_NE(handshake_fault(read("GET /ws HTTP/1.0", key)), "");
    EXPECT_NE(handshake_fault(get("Content-Length: 3\r\n" + key)), "");
}

TEST_F(websocket_policy, the_origin_is_one_of_ours_to_the_letter_WS_1) {
    for (const std::string& ours : origins)
        EXPECT_TRUE(has_own_origin(get("Origin: " + ours + "\r\n"), origins));
    EXPECT_FALSE(has_own_origin(get(""), origins));
    for (const char* other :
         {"null",
          "https://app.example:443",
          "http://app.example",
          "https://app.example.evil",
          "https://evil.example",
          "https://sub.app.example",
          "HTTPS://app.example",
          "app.example"})
        EXPECT_FALSE(has_own_origin(get(std::string("Origin: ") + other + "\r\n"), origins))
            << other;
}

}  // namespace
}  // namespace cloche::gateway
