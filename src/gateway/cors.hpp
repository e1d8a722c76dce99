// Cross-origin requests to the API: which pages may ask, and what a browser is told (Fetch
// standard, section 3.2; CS-5). Off unless a route lists origins: exact ones, with credentials,
// never `*`.
#pragma once

#include "gateway/request_context.hpp"
#include "runtime/task.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace cloche::gateway {

/// Whether this asks if another request may be made; such a one carries no cookies.
bool is_preflight(const http::request_head& head) noexcept;
/// The method that it asks about.
http::method method_asked_for(const http::request_head& head) noexcept;

/// Sets `rq.cors_origin` where `rq.way` lets that origin's pages ask.
void note_cors_origin(request_context& rq) noexcept;
/// Answers a preflight on a way that has CORS: 204 with what may be sent, or 403.
runtime::task<void> answer_preflight(request_context& rq);

/// What an answer on such a way carries, our own errors too: without it a page learns no more than
/// that something went wrong.
void add_cors_fields(
    const request_context& rq,
    const std::function<void(std::string_view name, std::string_view value)>& add
);

}  // namespace cloche::gateway
