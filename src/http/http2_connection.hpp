// One HTTP/2 connection of a client (RFC 9113): takes frames in, has each request handled beside
// the others, and sends what their answers have ready, as much at a time as there is. nghttp2 knows
// the frames, HPACK, the windows and the rules; sockets, time limits and exchanges are ours.
//
// For `server` only, over TLS. What a client may make us hold: `streams` requests at a time with
// their heads and a window's worth of body each, and `window` of body in all.
#pragma once

#include "http/connection.hpp"
#include "http/http2_stream.hpp"
#include "runtime/async_signal.hpp"
#include "runtime/block_pool.hpp"
#include "runtime/deadline_wheel.hpp"

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>

namespace cloche::http {

class http2_connection final : public connection,
                               public std::enable_shared_from_this<http2_connection> {
public:
    /// Requests at a time; those that were reset count until their exchange has ended.
    static constexpr std::uint32_t streams = 100;
    /// Bytes of bodies that have come and that no exchange has taken.
    static constexpr std::int32_t window = 1024 * 1024;

    /// Goes on after a TLS handshake.
    explicit http2_connection(connection& before);
    ~http2_connection() override;

    /// Serves until the connection ends. Keeps itself alive.
    runtime::task<void> run();

    void wind_down() noexcept override;
    void break_off() noexcept override;

    // What its streams need
    server_shard& shard() const noexcept { return *shard_; }
    const boost::asio::ip::address& peer() const noexcept { return peer_; }
    nghttp2_session& session() noexcept { return *session_; }
    /// An nghttp2 error code, or 0.
    int submit_answer(std::int32_t id, std::span<const nghttp2_nv> head, bool has_body);
    void submit_continue(std::int32_t id);
    /// The client may send that much again, on the stream and on the connection.
    void consumed(std::int32_t id, std::size_t bytes) noexcept;
    /// What was submitted leaves with what else is ready when the thread gets to it.
    void flush_soon();

private:
    friend struct http2_events;
    struct freed {
        void operator()(nghttp2_session* session) const noexcept;
    };

    // Events of nghttp2 (http2_events.cpp)
    void make_session();
    void begin_stream(std::int32_t id);
    void begin_exchange(http2_stream& stream, std::int32_t id, bool ends);
    void end_stream(std::int32_t id);
    /// False if there is no room for it.
    bool add_body(const std::uint8_t* frame_head, std::string_view piece) noexcept;

    // Reading (http2_connection.cpp)
    runtime::task<void> receive(error& failed);
    runtime::task<void> close_down();
    static runtime::task<void> run_exchange(
        std::shared_ptr<http2_connection> self, http2_stream& stream, std::int32_t id
    );
    void exchange_ended(std::int32_t id);
    void say_goodbye() noexcept;
    void stop_if_done() noexcept;
    void on_idle();
    void on_head_limit();

    // Writing (http2_output.cpp)
    void flush();
    bool send_what_there_is(error& failed);
    bool fill(error& failed);
    static runtime::task<void> write_on(std::shared_ptr<http2_connection> self);
    void on_write_limit();

    struct entry {
        std::unique_ptr<http2_stream> stream;
        bool running = false;
    };

    std::unique_ptr<nghttp2_session, freed> session_;
    std::unordered_map<std::int32_t, entry> streams_;
    runtime::deadline idle_limit_;
    runtime::deadline head_limit_;
    runtime::deadline write_limit_;
    bool ending_ = false;  ///< GOAWAY was submitted
    bool silent_ = false;  ///< nothing is sent any more

    runtime::block out_;
    std::size_t out_begin_ = 0;
    std::size_t out_end_ = 0;
    bool flush_due_ = false;
    bool writing_ = false;
    runtime::async_signal written_;
};

}  // namespace cloche::http
