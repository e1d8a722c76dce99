// One request of an HTTP/2 connection and its answer (RFC 9113 section 8): a client_stream like
// that of HTTP/1.1, so that nothing above knows which of the two it serves.
//
// For `http2_connection`, which owns it and feeds it. What comes of a body is kept until the
// exchange asks for it; how much may come is what the window of the stream allows, and a window is
// opened again as the exchange takes.
#pragma once

#include "http/client_stream.hpp"
#include "http/http2_head.hpp"
#include "runtime/async_signal.hpp"
#include "runtime/block_pool.hpp"
#include "runtime/deadline_wheel.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace cloche::http {

class http2_connection;

class http2_stream final : public client_stream {
public:
    /// What may come of a body before the exchange has taken any: what one block holds.
    static constexpr std::size_t window = runtime::block::large;

    http2_stream(http2_connection& owner, std::int32_t id);
    ~http2_stream() override;

    // The request, as it comes
    void add_field(std::string_view name, std::string_view value);
    void head_complete(bool ends);
    void take_data(std::string_view data);
    void body_complete();
    /// The stream is over for the protocol: nothing can be read or sent any more.
    void close();
    bool is_closed() const noexcept { return closed_; }
    /// The server is to stop.
    void drain();

    /// Has the request handled. Ends with the exchange, after which the stream may go as soon as it
    /// is closed.
    runtime::task<void> run();

    // The answer, as it leaves
    std::string_view waiting() const noexcept { return waiting_; }
    bool is_last() const noexcept { return last_; }
    /// So much of `waiting` has been taken; `end` with the end of the body.
    void sent(std::size_t bytes, bool end);

    const request_head& head() const noexcept override { return head_; }
    const boost::asio::ip::address& peer() const noexcept override;
    std::uint16_t local_port() const noexcept override;
    runtime::io_executor executor() const override;
    runtime::task<result<std::string_view>> read_body() override;
    std::optional<std::string_view> take_body() override;
    bool body_done() const noexcept override { return complete_ && arrived_size_ == 0; }
    result<void> limit_body(std::uint64_t bytes) override;
    runtime::task<result<void>> send(const reply& whole) override;
    result<void> start(
        unsigned status, std::span<const out_field> fields, std::optional<std::uint64_t> length
    ) override;
    runtime::task<result<void>> write(std::string_view piece) override;
    runtime::task<result<void>> write_last(std::string_view piece) override;
    runtime::task<result<void>> finish() override;
    void abort() noexcept override;
    bool started() const noexcept override { return answer_ != answer::none; }
    unsigned status() const noexcept override { return status_; }
    std::uint64_t bytes_sent() const noexcept override { return bytes_sent_; }
    void when_gone(std::function<void()> act) override;
    void when_draining(std::function<void()> act) override;

private:
    enum class answer { none, started, finished, aborted };

    runtime::task<void> refuse(error reason);
    runtime::task<void> end_exchange();
    void reset(std::uint32_t code) noexcept;
    void lose();
    result<std::string_view> next_arrived();
    void give_back() noexcept;
    void end_read();
    void promise_to_read();
    void on_read_limit();
    void on_write_limit();

    template <class Fields>
    result<void> submit_head(
        unsigned status, const Fields& fields, std::optional<std::uint64_t> length
    );
    runtime::task<result<void>> put(std::string_view piece, bool last);

    http2_connection& owner_;
    std::int32_t id_;
    runtime::deadline read_limit_;
    runtime::deadline write_limit_;
    http2_head fields_;
    request_head head_;
    error fault_;        ///< of a request that cannot be handled
    bool gone_ = false;  ///< nothing can be sent any more
    bool closed_ = false;
    std::function<void()> when_gone_;
    std::function<void()> when_draining_;

    // The request's body (http2_body.cpp)
    runtime::block arrived_;  ///< what has come and was not asked for
    std::size_t arrived_size_ = 0;
    runtime::block given_;  ///< what the exchange looks at
    std::size_t given_size_ = 0;
    bool complete_ = false;
    bool continue_due_ = false;
    std::uint64_t body_limit_ = 0;
    std::uint64_t body_count_ = 0;
    error body_fault_;
    bool reading_ = false;
    runtime::async_signal news_;  ///< of the body
    runtime::async_signal* read_ended_ = nullptr;

    // The answer (http2_stream.cpp)
    answer answer_ = answer::none;
    bool no_body_ = false;    ///< HEAD, 204, 304, or of no length: it ended with its head
    bool bounded_ = false;    ///< its length was declared
    std::uint64_t left_ = 0;  ///< of that
    std::uint64_t bytes_sent_ = 0;
    unsigned status_ = 0;
    std::string_view waiting_;
    bool last_ = false;
    bool all_sent_ = false;
    runtime::async_signal taken_;  ///< all of `waiting_`
};

}  // namespace cloche::http
