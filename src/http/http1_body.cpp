// The request's body: decoded as it comes, bounded, and drained when nobody wanted it.
#include "http/http1_connection.hpp"
#include "http/server_shard.hpp"

#include <algorithm>
#include <cstring>

namespace cloche::http {

namespace asio = boost::asio;
using runtime::block;
using runtime::task;
using namespace std::chrono_literals;

namespace {

// An unwanted body is read to its end if it is that small (PX-11); else the connection is closed.
constexpr std::uint64_t drain_bytes = 64 * 1024;
constexpr auto drain_time = 5s;

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

// The next content among what has been read; empty if more must be read, and at the end.
result<std::string_view> http1_connection::decode_body() {
    if (body_fault_) return body_fault_;
    auto content = body_.next();
    if (!content) {
        body_fault_ = content.error();
        return content;
    }
    body_count_ += content->size();
    if (body_limit_ != 0 && body_count_ > body_limit_) {
        body_fault_ = make_error_code(errc::body_too_large);
        return body_fault_;
    }
    return content;
}

task<result<std::string_view>> http1_connection::read_body() {
    for (;;) {
        auto content = decode_body();
        if (content.has_error() || !content->empty() || body_.done()) co_return content;
        if (continue_due_) {
            // RFC 9110 section 10.1.1: none is due once the client has begun to send, or has its
            // answer.
            continue_due_ = false;
            if (body_.rest().empty() && answer_ == answer::none) {
                gather out;
                out.add(continue_line);
                error failed;
                if (!link_.send_now(out, failed)) co_await flush(out, failed);
                if (failed) CLOCHE_CO_FAIL(errc::client_gone);
            }
        }
        if (!switched_) read_limit_.arm(shard_->options.stream_idle);
        auto filled = co_await fill_body();
        if (!filled) co_return filled.error();
    }
}

std::optional<std::string_view> http1_connection::take_body() {
    if (body_done()) return std::string_view();
    if (head_.framing.kind != body_kind::length || body_.missing() > 0) return std::nullopt;
    auto content = decode_body();
    if (!content) return std::nullopt;
    return *content;
}

// Where to read to, behind what is not decoded yet.
asio::mutable_buffer http1_connection::space_for_body() {
    const bool sized = head_.framing.kind == body_kind::length;
    if (!body_block_) {
        const bool little = sized && body_.missing() <= block::small;
        body_block_ = block(little ? block::small : block::large);
    }
    const auto kept = body_.rest().size();
    if (kept > 0) std::memmove(body_block_.data(), body_.rest().data(), kept);
    body_.feed({body_block_.data(), kept});
    auto room = body_block_.size() - kept;
    // Of a body whose length is known, nothing behind it is read: what follows is the next head.
    if (sized) room = static_cast<std::size_t>(std::min<std::uint64_t>(room, body_.missing()));
    return {body_block_.data() + kept, room};
}

// Whoever ends the exchange may wait for this.
void http1_connection::end_read() {
    reading_ = false;
    read_limit_.disarm();
    if (read_ended_) read_ended_->set();
}

// Reads more, within read_limit_, which the caller has armed.
task<result<void>> http1_connection::fill_body() {
    error failed;
    std::size_t got = 0;
    reading_ = true;
    try {
        do {
            if (!link_.may_read()) {
                // A WebSocket may wait for long.
                if (body_.rest().empty()) {
                    body_block_.reset();
                    if (switched_) buffer_.reset();
                }
                co_await link_.wait_readable(failed);
            }
        } while (!failed && !link_.read_now(space_for_body(), got, failed));
    } catch (...) {  // no memory
        end_read();
        throw;
    }
    end_read();
    if (got > 0) body_.feed({body_block_.data(), body_.rest().size() + got});
    if (switched_ && failed == asio::error::eof) {
        body_.at_close();
        co_return result<void>();
    }
    if (!failed) co_return result<void>();
    const bool too_slow = failed == asio::error::operation_aborted && timed_out_;
    body_fault_ = make_error_code(too_slow ? errc::request_timeout : errc::client_gone);
    co_return body_fault_;
}

result<void> http1_connection::limit_body(std::uint64_t bytes) {
    if (bytes != 0) body_limit_ = body_limit_ == 0 ? bytes : std::min(body_limit_, bytes);
    const bool declared = head_.framing.kind == body_kind::length;
    if (declared && body_limit_ != 0 && head_.framing.length > body_limit_) {
        CLOCHE_FAIL(errc::body_too_large);
    }
    return {};
}

// True if what is left of the body is known to be worth reading for the sake of the connection.
bool http1_connection::may_drain() const noexcept {
    if (body_fault_ || continue_due_ || head_.framing.kind != body_kind::length) return false;
    return body_.missing() <= drain_bytes;
}

// False if the connection cannot be used for another request.
task<bool> http1_connection::drain_body() {
    if (!may_drain()) co_return false;
    read_limit_.arm(drain_time);
    for (;;) {
        auto content = decode_body();
        if (!content) co_return false;
        if (body_done()) break;
        if (!content->empty()) continue;
        auto filled = co_await fill_body();
        if (!filled) co_return false;
        read_limit_.arm(drain_time);
    }
    read_limit_.disarm();
    co_return true;
}

// What came after the request, in its order, is the beginning of the next one.
void http1_connection::keep_surplus() {
    const auto surplus = body_.rest();
    const char* const block_end = body_block_.data() + body_block_.size();
    if (surplus.empty()) {
        begin_ = end_ = 0;
    } else if (surplus.data() >= body_block_.data() && surplus.data() < block_end) {
        begin_ = static_cast<std::size_t>(surplus.data() - body_block_.data());
        end_ = begin_ + surplus.size();
        std::swap(buffer_, body_block_);
    } else {
        begin_ = static_cast<std::size_t>(surplus.data() - buffer_.data());
    }
    if (body_block_) body_block_.reset();
}

}  // namespace cloche::http
