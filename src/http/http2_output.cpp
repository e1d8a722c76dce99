// How what an HTTP/2 connection has to say leaves: gathered from all its streams, and sent as much
// at a time as the kernel takes.
#include "http/http2_connection.hpp"
#include "http/server_shard.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <cstring>

namespace cloche::http {

namespace asio = boost::asio;
using runtime::block;
using runtime::task;

namespace {

// Gathered before it is sent: a few records of TLS, so that what is urgent waits behind no more.
constexpr std::size_t gathered = 64 * 1024;

}  // namespace

// Answers that are ready in the same turn of the event loop leave together.
void http2_connection::flush_soon() {
    if (flush_due_ || writing_) return;
    auto self = weak_from_this().lock();
    if (!self) return;
    flush_due_ = true;
    asio::post(shard_->executor, [self = std::move(self)] {
        self->flush_due_ = false;
        self->flush();
    });
}

void http2_connection::flush() {
    if (writing_ || silent_ || !link_.is_open()) return;
    error failed;
    if (!send_what_there_is(failed)) {
        writing_ = true;
        asio::co_spawn(shard_->executor, write_on(shared_from_this()), asio::detached);
        return;
    }
    if (failed) break_off();
    stop_if_done();
}

// True if the kernel has taken all there is, or if it failed.
bool http2_connection::send_what_there_is(error& failed) {
    for (;;) {
        if (out_begin_ == out_end_ && !fill(failed)) return true;
        gather pieces;
        pieces.add({out_.data() + out_begin_, out_end_ - out_begin_});
        const bool all = link_.send_now(pieces, failed);
        if (failed) return true;
        out_begin_ = out_end_ - pieces.size();
        if (!all) return false;
    }
}

// False if there is nothing to send.
bool http2_connection::fill(error& failed) {
    if (!out_) out_ = block(block::large);
    out_begin_ = out_end_ = 0;
    while (out_end_ < gathered) {
        const std::uint8_t* frame = nullptr;
        const auto size = ::nghttp2_session_mem_send(session_.get(), &frame);
        if (size < 0) failed = make_error_code(boost::system::errc::not_enough_memory);
        if (size <= 0) break;
        std::memcpy(out_.data() + out_end_, frame, static_cast<std::size_t>(size));
        out_end_ += static_cast<std::size_t>(size);
    }
    if (out_end_ > 0 && !failed) return true;
    out_.reset();
    return false;
}

// Sends on as the client makes room.
task<void> http2_connection::write_on(std::shared_ptr<http2_connection> self) {
    error failed;
    bool all = false;
    while (!all && !failed) {
        gather pieces;
        pieces.add({self->out_.data() + self->out_begin_, self->out_end_ - self->out_begin_});
        self->write_limit_.arm(self->shard_->options.stream_idle);
        const auto sent = co_await self->link_.write_some(pieces, failed);
        self->write_limit_.disarm();
        self->out_begin_ += sent;
        if (!failed) all = self->send_what_there_is(failed);
    }
    self->writing_ = false;
    self->written_.set();
    if (failed) self->break_off();
    self->stop_if_done();
}

void http2_connection::on_write_limit() {
    break_off();
}

}  // namespace cloche::http
