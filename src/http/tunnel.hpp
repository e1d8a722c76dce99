// What a connection carries after both sides have agreed to speak something else (RFC 9110 section
// 7.8): bytes both ways as they come, each direction held back by who reads it, with half-close.
// For WebSockets; how their frames are laid out is known, so that a last word can be put between
// two of them (WS-2).
//
// All on the thread of the browser's connection.
#pragma once

#include "http/client_stream.hpp"
#include "http/upstream_call.hpp"
#include "http/websocket_frames.hpp"
#include "runtime/async_signal.hpp"
#include "runtime/deadline_wheel.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace cloche::http {

class tunnel : public std::enable_shared_from_this<tunnel> {
public:
    struct options {
        std::chrono::milliseconds idle{};      ///< nothing in either direction: the end
        std::chrono::milliseconds patience{};  ///< for a piece that is not taken
        std::function<void()> heard;           ///< the browser has sent something
    };
    /// `browser` has switched protocols, and so has `call`. Both outlive run().
    tunnel(
        runtime::deadline_wheel& wheel, client_stream& browser, upstream_call& call, options how
    );

    /// Until both directions have ended.
    runtime::task<void> run();

    /// Tells the browser, between two frames, that it is over, and ends. Once; at any time.
    void end(std::uint16_t code, std::string_view reason);

private:
    static runtime::task<void> pump_up(std::shared_ptr<tunnel> self);
    runtime::task<void> send_up();
    runtime::task<void> send_down();
    runtime::task<bool> pass_down(std::string_view piece);
    runtime::task<void> say_last_words();
    void note_traffic();
    void on_idle();
    void on_end_limit();
    void stop_upstream() noexcept;
    void give_up();

    client_stream& browser_;
    upstream_call& call_;
    options how_;
    runtime::deadline idle_;
    runtime::deadline end_limit_;
    websocket_frames frames_;  ///< towards the browser
    std::string last_words_;
    bool waiting_ = false;  ///< for the upstream, between two frames
    bool up_over_ = false;
    runtime::async_signal up_ended_;
    boost::asio::cancellation_signal cancel_up_;
};

}  // namespace cloche::http
