// The body of a request on its way from a browser to an upstream, while the answer is waited for or
// already on its way back. A coroutine of its own; one piece in memory at a time.
//
// For `upstream_exchange`, which starts it and outlives it, or leaves it the connection.
#pragma once

#include "http/client_stream.hpp"
#include "http/upstream_call.hpp"
#include "runtime/async_signal.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cloche::http {

class upload : public std::enable_shared_from_this<upload> {
public:
    /// `call` is open, its head is written and not sent. `first`: what was read of the body
    /// already. Up to `keep` bytes are kept.
    upload(
        client_stream& browser,
        upstream_call& call,
        body_kind framing,
        std::string_view first,
        std::size_t keep,
        std::chrono::milliseconds patience
    );

    void start();
    /// Returns when it has ended.
    runtime::task<void> wait() { return ended_.wait(); }
    /// Stops it; returns when it has ended.
    runtime::task<void> stop();
    /// Stops it without waiting. It holds `link`, which is closed, until it has ended.
    void abandon(client_pool::link_ptr link);

    /// The answer's head is there: its time limits are no business of the upload any more.
    void answer_has_begun() noexcept { answer_awaited_ = false; }
    bool ended() const noexcept { return ended_.is_set(); }
    bool complete() const noexcept { return complete_; }
    /// Why the browser's body could not be read.
    const error& failure() const noexcept { return failure_; }
    std::optional<std::string_view> kept() const noexcept;

private:
    static runtime::task<void> run(std::shared_ptr<upload> self);
    runtime::task<void> pump();
    runtime::task<bool> send(std::string_view piece, bool last);
    void keep(std::string_view piece);

    client_stream& browser_;
    upstream_call& call_;
    upstream_link& link_;
    client_pool::link_ptr abandoned_;
    bool chunked_;
    std::string_view first_;
    std::chrono::milliseconds patience_;
    std::array<char, 24> chunk_line_{};
    bool head_sent_ = false;
    bool answer_awaited_ = true;
    bool stopped_ = false;
    bool complete_ = false;
    error failure_;
    std::string kept_;
    std::size_t keep_left_;
    bool keeping_;
    runtime::async_signal ended_;
    boost::asio::cancellation_signal cancel_;
};

}  // namespace cloche::http
