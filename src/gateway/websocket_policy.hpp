// Whether a request asks for a WebSocket, and whether it may have one (WS-1; RFC 6455
// section 4.2.1). Pure.
//
// A WebSocket is not held back by the same-origin policy: any page may open one, and the browser
// sends the cookies along. Only its Origin tells whose page it was.
#pragma once

#include "http/message.hpp"

#include <span>
#include <string>
#include <string_view>

namespace cloche::gateway {

/// `Connection: Upgrade` with `Upgrade: websocket` on HTTP/1.1. Any other protocol is not switched
/// to: the request is passed on without its wish (WS-3).
bool asks_for_websocket(const http::request_head& head) noexcept;

/// What is wrong with the handshake, for a person; empty if it can be passed on.
std::string_view handshake_fault(const http::request_head& head) noexcept;

/// It says where it comes from, and that is one of `origins`.
bool has_own_origin(const http::request_head& head, std::span<const std::string> origins) noexcept;

}  // namespace cloche::gateway
