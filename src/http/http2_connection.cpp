#include "http/http2_connection.hpp"

#include "http/server_shard.hpp"
#include "observability/log.hpp"

#include <utility>
#include <vector>

namespace cloche::http {

using runtime::block;
using runtime::task;

http2_connection::http2_connection(connection& before)
    : connection(take_over(), before),
      idle_limit_(shard_->wheel, this, runtime::calls<&http2_connection::on_idle>),
      head_limit_(shard_->wheel, this, runtime::calls<&http2_connection::on_head_limit>),
      write_limit_(shard_->wheel, this, runtime::calls<&http2_connection::on_write_limit>),
      written_(shard_->executor) {
    make_session();
}

http2_connection::~http2_connection() = default;

task<void> http2_connection::run() {
    const auto self = shared_from_this();
    idle_limit_.arm(shard_->options.idle_timeout);
    flush_soon();
    error failed;
    while (!failed && link_.is_open() && ::nghttp2_session_want_read(session_.get()) != 0) {
        co_await receive(failed);
    }
    co_await close_down();
}

// A buffer is held only while there is something to read.
task<void> http2_connection::receive(error& failed) {
    if (!link_.may_read()) co_await link_.wait_readable(failed);
    if (failed) co_return;
    const block buffer(block::large);
    std::size_t got = 0;
    const bool read = link_.read_now({buffer.data(), buffer.size()}, got, failed);
    if (!read || failed) co_return;
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(buffer.data());
    const auto taken = ::nghttp2_session_mem_recv(session_.get(), bytes, got);
    if (taken < 0) {
        const int reason = static_cast<int>(taken);
        observability::log_line(observability::level::info, "http2_refused")
            .with("reason", ::nghttp2_strerror(reason));
        const bool flood = reason == NGHTTP2_ERR_FLOODED;
        ::nghttp2_session_terminate_session(
            session_.get(), flood ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR
        );
        failed = make_error_code(errc::bad_request);
    }
    if (::nghttp2_session_want_write(session_.get()) != 0) flush_soon();
}

// Nothing is read any more. Exchanges that are on learn that their client is gone.
task<void> http2_connection::close_down() {
    ending_ = true;
    idle_limit_.disarm();
    head_limit_.disarm();
    std::vector<std::int32_t> over;
    for (auto& [id, each] : streams_) {
        each.stream->close();
        if (!each.running) over.push_back(id);
    }
    for (const auto id : over)
        streams_.erase(id);
    flush();
    if (writing_) {
        written_.reset();
        co_await written_.wait();
    }
    silent_ = true;
    if (link_.is_open() && !link_.is_over()) co_await linger();
    link_.close();
}

task<void> http2_connection::run_exchange(
    std::shared_ptr<http2_connection> self, http2_stream& stream, std::int32_t id
) {
    co_await stream.run();
    self->exchange_ended(id);
}

void http2_connection::exchange_ended(std::int32_t id) {
    const auto found = streams_.find(id);
    found->second.running = false;
    if (found->second.stream->is_closed()) end_stream(id);
}

void http2_connection::say_goodbye() noexcept {
    if (std::exchange(ending_, true)) return;
    const auto last = ::nghttp2_session_get_last_proc_stream_id(session_.get());
    ::nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, nullptr, 0);
    flush_soon();
}

// Wakes the reader once there is nothing to wait for.
void http2_connection::stop_if_done() noexcept {
    if (flush_due_ || writing_) return;
    const bool wants_more = ::nghttp2_session_want_read(session_.get()) != 0;
    if (!wants_more || (ending_ && streams_.empty())) link_.cancel();
}

void http2_connection::wind_down() noexcept {
    say_goodbye();
    for (auto& [id, each] : streams_)
        each.stream->drain();
}

void http2_connection::break_off() noexcept {
    link_.reset();
    for (auto& [id, each] : streams_)
        each.stream->close();
}

void http2_connection::on_idle() {
    say_goodbye();
}

// A head that stands still half-way holds the whole connection up (RFC 9113 section 4.3).
void http2_connection::on_head_limit() {
    ::nghttp2_session_terminate_session(session_.get(), NGHTTP2_ENHANCE_YOUR_CALM);
    ending_ = true;
    flush_soon();
    link_.cancel();
}

}  // namespace cloche::http
