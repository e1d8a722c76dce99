// The answer: its head, its framing, and what happens when the client goes away before its end.
#include "base/give_back.hpp"
#include "http/head_writer.hpp"
#include "http/http1_connection.hpp"
#include "http/server_shard.hpp"

#include <charconv>

namespace cloche::http {

using runtime::task;

template <class Fields>
result<void> http1_connection::write_head(
    unsigned status, const Fields& fields, std::optional<std::uint64_t> length
) {
    // RFC 9110 section 6.4.1: these have no body, whatever their fields say (PX-15).
    const bool unframed = status < 200 || status == 204 || status == 304;
    no_body_ = unframed || head_.verb == method::head;
    const bool closing = shard_->draining || body_fault_ || (!body_done() && !may_drain());
    bool persists = persistent_ && !closing;

    coding_ = coding::none;
    if (!unframed && length)
        coding_ = coding::length;
    else if (!no_body_ && head_.version_minor >= 1)
        coding_ = coding::chunked;
    else if (!no_body_)
        coding_ = coding::until_close;
    if (coding_ == coding::until_close) persists = false;

    out_.clear();
    head_writer writer(out_);
    writer.status_line(status);
    writer.field("Date", shard_->date());
    for (const auto& [name, value] : fields)
        writer.field(name, value);
    if (coding_ == coding::length) writer.field("Content-Length", *length);
    if (coding_ == coding::chunked) writer.field("Transfer-Encoding", "chunked");
    if (!persists)
        writer.field("Connection", "close");
    else if (head_.version_minor == 0)
        writer.field("Connection", "keep-alive");
    auto written = writer.finish();
    if (!written) return written;

    persistent_ = persists;
    left_ = length.value_or(0);
    head_pending_ = true;
    answer_ = answer::started;
    status_ = status;
    return {};
}

result<void> http1_connection::start(
    unsigned status, std::span<const out_field> fields, std::optional<std::uint64_t> length
) {
    if (answer_ != answer::none) CLOCHE_FAIL(errc::client_gone);
    return write_head(status, fields, length);
}

result<void> http1_connection::switch_protocols(std::span<const out_field> fields) {
    if (answer_ != answer::none) CLOCHE_FAIL(errc::client_gone);
    if (head_.version_minor == 0 || head_.verb != method::get) CLOCHE_FAIL(errc::not_implemented);
    constexpr unsigned switching = 101;
    out_.clear();
    head_writer writer(out_);
    writer.status_line(switching);
    writer.field("Connection", "Upgrade");
    for (const auto& [name, value] : fields)
        writer.field(name, value);
    auto written = writer.finish();
    if (!written) return written;
    switched_ = true;
    persistent_ = false;
    no_body_ = false;
    coding_ = coding::until_close;
    head_pending_ = true;
    answer_ = answer::started;
    status_ = switching;
    // What came behind the request is the first of it.
    head_.framing.kind = body_kind::until_close;
    body_.begin(head_.framing, body_.rest());
    body_limit_ = 0;
    forget_head();
    return {};
}

task<result<void>> http1_connection::send(const reply& whole) {
    if (answer_ != answer::none) {
        abort();
        CLOCHE_CO_FAIL(errc::client_gone);
    }
    auto written = write_head(whole.status, whole.fields, whole.body.size());
    if (!written) co_return written;
    auto sent = co_await put(whole.body, true);
    co_return sent;
}

task<result<void>> http1_connection::write(std::string_view piece) {
    return put(piece, false);
}
task<result<void>> http1_connection::write_last(std::string_view piece) {
    return put(piece, true);
}
task<result<void>> http1_connection::finish() {
    return put({}, true);
}

// Adds `piece` in its coding to what is sent next. False if it does not fit the declared length.
bool http1_connection::enclose(std::string_view piece, bool last, gather& out) {
    if (head_pending_) out.add(out_);
    if (no_body_) return true;
    switch (coding_) {
        case coding::length:
            if (piece.size() > left_ || (last && piece.size() != left_)) return false;
            left_ -= piece.size();
            out.add(piece);
            break;
        case coding::chunked:
            if (!piece.empty()) {
                auto* const first = chunk_line_.data();
                auto* end = std::to_chars(first, first + chunk_line_.size(), piece.size(), 16).ptr;
                *end++ = '\r';
                *end++ = '\n';
                out.add({first, static_cast<std::size_t>(end - first)});
                out.add(piece);
                out.add(last ? "\r\n0\r\n\r\n" : "\r\n");
            } else if (last) {
                out.add("0\r\n\r\n");
            }
            break;
        case coding::until_close:
            out.add(piece);
            break;
        case coding::none:
            break;
    }
    return true;
}

task<result<void>> http1_connection::put(std::string_view piece, bool last) {
    if (answer_ != answer::started || gone_) CLOCHE_CO_FAIL(errc::client_gone);
    gather out;
    if (!enclose(piece, last, out)) {
        abort();
        CLOCHE_CO_FAIL(errc::client_gone);
    }
    head_pending_ = false;
    if (!out.empty()) {
        error failed;
        if (!link_.send_now(out, failed)) co_await flush(out, failed);
        if (failed) {
            answer_ = answer::aborted;
            gone_ = true;
            CLOCHE_CO_FAIL(errc::client_gone);
        }
    }
    if (!no_body_) bytes_sent_ += piece.size();
    // A WebSocket may last for days.
    if (switched_) give_back(out_);
    if (last) answer_ = answer::finished;
    if (last && switched_) link_.end_sending();
    co_return result<void>();
}

// Sends what the kernel did not take at once, as the client makes room.
task<void> http1_connection::flush(gather& out, error& failed) {
    while (!out.empty() && !failed) {
        write_limit_.arm(shard_->options.stream_idle);
        auto sent = co_await link_.write_some(out, failed);
        out.consume(sent);
    }
    write_limit_.disarm();
}

void http1_connection::on_write_limit() {
    link_.cancel();
}

void http1_connection::abort() noexcept {
    answer_ = answer::aborted;
    link_.reset();
}

void http1_connection::when_gone(std::function<void()> act) {
    when_gone_ = std::move(act);
    ticks_waited_ = 0;
    if (when_gone_)
        watch_.start();
    else
        watch_.stop();
}

void http1_connection::when_draining(std::function<void()> act) {
    if (act && shard_->draining)
        act();
    else
        when_draining_ = std::move(act);
}

// The exchange waits for something else than its client; is the client still there? Asked four
// times a second, and once a second when the wait is long: an exchange that is answered at once
// never gets here.
void http1_connection::on_tick() {
    ++ticks_waited_;
    if (ticks_waited_ < 2 || (ticks_waited_ > 12 && ticks_waited_ % 4 != 0)) return;
    if (link_.is_open() && !link_.is_over()) return;
    gone_ = true;
    watch_.stop();
    auto act = std::exchange(when_gone_, {});
    act();
}

}  // namespace cloche::http
