// What a client of an upstream can be told. Plain data.
#pragma once

#include <chrono>
#include <cstddef>

namespace cloche::http {

struct client_options {
    std::chrono::milliseconds connect_timeout{3'000};
    /// From the end of the request to the head of the answer.
    std::chrono::milliseconds answer_timeout{60'000};
    std::chrono::milliseconds stream_idle{300'000};  ///< between two pieces of a body
    /// The same for what is meant to stay open: streams of events, WebSockets.
    std::chrono::milliseconds live_idle{3'600'000};
    std::chrono::milliseconds keep_alive{50'000};  ///< an idle connection is closed after that
    std::size_t idle_per_thread = 256;
    std::size_t head_bytes = 64 * 1024;
};

}  // namespace cloche::http
