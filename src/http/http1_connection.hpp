// One HTTP/1.1 connection of a client: reads requests one after another, has each handled, and
// writes the answers in the same order. Implements client_stream for the exchange that is on.
//
// For `server` only. What a connection at rest holds is small: its buffers go back to the pool of
// its thread.
#pragma once

#include "http/body_reader.hpp"
#include "http/client_stream.hpp"
#include "http/connection.hpp"
#include "http/head_parser.hpp"
#include "runtime/async_signal.hpp"
#include "runtime/block_pool.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <string>

namespace cloche::http {

class http1_connection final : public connection, public client_stream {
public:
    http1_connection(
        std::shared_ptr<server_shard> shard, transport link, boost::asio::ip::address peer
    );
    /// Goes on after a TLS handshake.
    explicit http1_connection(connection& before);

    /// Serves until the connection ends. The connection must live as long.
    runtime::task<void> run();
    /// Instead of run: answers `refuse(reason)` to whatever the client wants, and closes.
    runtime::task<void> turn_away(error reason);

    void wind_down() noexcept override;
    void break_off() noexcept override;

    const request_head& head() const noexcept override { return head_; }
    const boost::asio::ip::address& peer() const noexcept override { return peer_; }
    std::uint16_t local_port() const noexcept override;
    runtime::io_executor executor() const override;
    runtime::task<result<std::string_view>> read_body() override;
    std::optional<std::string_view> take_body() override;
    bool body_done() const noexcept override { return body_.done(); }
    result<void> limit_body(std::uint64_t bytes) override;
    runtime::task<result<void>> send(const reply& whole) override;
    result<void> start(
        unsigned status, std::span<const out_field> fields, std::optional<std::uint64_t> length
    ) override;
    runtime::task<result<void>> write(std::string_view piece) override;
    runtime::task<result<void>> write_last(std::string_view piece) override;
    runtime::task<result<void>> finish() override;
    result<void> switch_protocols(std::span<const out_field> fields) override;
    void abort() noexcept override;
    bool started() const noexcept override { return answer_ != answer::none; }
    unsigned status() const noexcept override { return status_; }
    std::uint64_t bytes_sent() const noexcept override { return bytes_sent_; }
    void when_gone(std::function<void()> act) override;
    void when_draining(std::function<void()> act) override;

private:
    enum class phase { resting, reading_head, exchange, closing };
    enum class answer { none, started, finished, aborted };
    enum class coding { none, length, chunked, until_close };

    // Reading heads (http1_connection.cpp)
    bool take_head();
    boost::asio::mutable_buffer space_for_head();
    bool goes_on_after(std::size_t got, const error& failed);
    void rest();
    void begin_exchange();
    runtime::task<void> run_exchange();
    runtime::task<bool> end_exchange();
    runtime::task<void> refuse(error reason);
    void on_read_limit();
    void doze();
    void forget_head() noexcept;
    void on_write_limit();

    // The request's body (http1_body.cpp)
    result<std::string_view> decode_body();
    boost::asio::mutable_buffer space_for_body();
    void end_read();
    runtime::task<result<void>> fill_body();
    runtime::task<bool> drain_body();
    bool may_drain() const noexcept;
    void keep_surplus();

    // The answer (http1_answer.cpp)
    template <class Fields>
    result<void> write_head(
        unsigned status, const Fields& fields, std::optional<std::uint64_t> length
    );
    bool enclose(std::string_view piece, bool last, gather& out);
    runtime::task<result<void>> put(std::string_view piece, bool last);
    runtime::task<void> flush(gather& out, error& failed);
    void on_tick();

    runtime::deadline read_limit_;
    runtime::deadline write_limit_;
    runtime::tick_watch watch_;

    phase phase_ = phase::resting;
    bool timed_out_ = false;
    bool dozes_ = false;  ///< at rest, without the memory of requests
    bool persistent_ = true;
    error fault_;  ///< of a request that cannot be handled

    runtime::block buffer_;  ///< heads, and what came along with them
    std::size_t begin_ = 0;  ///< of what is in it
    std::size_t end_ = 0;
    std::size_t scanned_ = 0;  ///< how far the end of a head was looked for
    request_head head_;

    body_reader body_;
    error body_fault_;
    runtime::block body_block_;
    std::uint64_t body_limit_ = 0;
    std::uint64_t body_count_ = 0;
    bool continue_due_ = false;
    bool reading_ = false;  ///< a read_body waits for the client
    runtime::async_signal* read_ended_ = nullptr;

    answer answer_ = answer::none;
    coding coding_ = coding::none;
    bool no_body_ = false;   ///< HEAD, 204, 304
    bool switched_ = false;  ///< this is no HTTP any more
    bool head_pending_ = false;
    std::string out_;  ///< the head of the answer
    std::array<char, 24> chunk_line_{};
    std::uint64_t left_ = 0;  ///< of a declared length
    std::uint64_t bytes_sent_ = 0;
    unsigned status_ = 0;

    std::function<void()> when_gone_;
    std::function<void()> when_draining_;
    unsigned ticks_waited_ = 0;
    bool gone_ = false;
};

}  // namespace cloche::http
