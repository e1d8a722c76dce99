// The life of a stream, and its answer.
#include "http/http2_stream.hpp"

#include "http/http2_answer_head.hpp"
#include "http/http2_connection.hpp"
#include "http/server_shard.hpp"
#include "observability/log.hpp"

#include <nghttp2/nghttp2.h>

#include <exception>
#include <utility>

namespace cloche::http {

using runtime::task;

http2_stream::http2_stream(http2_connection& owner, std::int32_t id)
    : owner_(owner),
      id_(id),
      read_limit_(owner.shard().wheel, this, runtime::calls<&http2_stream::on_read_limit>),
      write_limit_(owner.shard().wheel, this, runtime::calls<&http2_stream::on_write_limit>),
      body_limit_(owner.shard().options.body_bytes),
      news_(owner.shard().executor),
      taken_(owner.shard().executor) {}

http2_stream::~http2_stream() {
    // What nobody will ask for any more must not narrow the window of the others.
    owner_.consumed(id_, given_size_ + arrived_size_);
}

const boost::asio::ip::address& http2_stream::peer() const noexcept {
    return owner_.peer();
}
std::uint16_t http2_stream::local_port() const noexcept {
    return owner_.shard().port;
}
runtime::io_executor http2_stream::executor() const {
    return owner_.shard().executor;
}

void http2_stream::add_field(std::string_view name, std::string_view value) {
    fields_.add(name, value, owner_.shard().limits);
}

void http2_stream::head_complete(bool ends) {
    complete_ = ends;
    auto parsed = fields_.finish(ends, owner_.shard().limits, head_);
    if (!parsed) {
        fault_ = parsed.error();
        head_.verb = method::other;  // of which nothing may be believed
        return;
    }
    continue_due_ = head_.expects_continue;
    if (auto fits = limit_body(0); !fits) fault_ = fits.error();
}

void http2_stream::close() {
    closed_ = true;
    lose();
}

void http2_stream::lose() {
    if (std::exchange(gone_, true)) return;
    news_.set();
    taken_.set();
    auto act = std::exchange(when_gone_, {});
    if (act && !all_sent_) act();
}

void http2_stream::when_gone(std::function<void()> act) {
    if (act && gone_)
        act();
    else
        when_gone_ = std::move(act);
}

void http2_stream::when_draining(std::function<void()> act) {
    if (act && owner_.shard().draining)
        act();
    else
        when_draining_ = std::move(act);
}

void http2_stream::drain() {
    if (const auto act = std::exchange(when_draining_, {})) act();
}

task<void> http2_stream::run() {
    if (fault_) {
        co_await refuse(fault_);
    } else {
        try {
            co_await owner_.shard().handler.handle(*this);
        } catch (const std::exception& thrown) {
            observability::log_line(observability::level::error, "exchange_failed")
                .with("what", thrown.what());
        }
    }
    co_await end_exchange();
}

task<void> http2_stream::refuse(error reason) {
    const auto refusal = owner_.shard().handler.refuse(reason);
    auto sent = co_await send(refusal);
    if (!sent) abort();
}

task<void> http2_stream::end_exchange() {
    when_gone_ = {};
    if (reading_) {
        // Someone stopped to care about a body in the middle of it.
        runtime::async_signal ended(owner_.shard().executor);
        read_ended_ = &ended;
        news_.set();
        co_await ended.wait();
        read_ended_ = nullptr;
    }
    if (answer_ == answer::none && !gone_) {
        const error unanswered = make_error_code(boost::system::errc::protocol_error);
        co_await refuse(unanswered);
    }
    if (answer_ == answer::started) abort();
    // The whole answer is there without the rest of the body: the client need not send it (RFC 9113
    // section 8.1).
    if (answer_ == answer::finished && !complete_) reset(NGHTTP2_NO_ERROR);
    give_back();
}

void http2_stream::reset(std::uint32_t code) noexcept {
    if (gone_) return;
    ::nghttp2_submit_rst_stream(&owner_.session(), NGHTTP2_FLAG_NONE, id_, code);
    owner_.flush_soon();
}

void http2_stream::abort() noexcept {
    answer_ = answer::aborted;
    reset(NGHTTP2_INTERNAL_ERROR);
}

template <class Fields>
result<void> http2_stream::submit_head(
    unsigned status, const Fields& fields, std::optional<std::uint64_t> length
) {
    if (gone_) CLOCHE_FAIL(errc::client_gone);
    // RFC 9110 section 6.4.1, as in HTTP/1.1 (PX-15).
    const bool unframed = status < 200 || status == 204 || status == 304;
    // For the time of this call: nghttp2 copies it.
    thread_local http2_answer_head head;
    head.status(status);
    head.field("date", owner_.shard().date());
    for (const auto& [name, value] : fields)
        head.field(name, value);
    if (!unframed && length) head.content_length(*length);
    const auto written = head.finish();
    if (!written) return written.error();

    no_body_ = unframed || head_.verb == method::head || length == 0U;
    bounded_ = length.has_value();
    left_ = length.value_or(0);
    const int submitted = owner_.submit_answer(id_, *written, !no_body_);
    if (submitted != 0) CLOCHE_FAIL(errc::client_gone);
    answer_ = answer::started;
    status_ = status;
    return {};
}

result<void> http2_stream::start(
    unsigned status, std::span<const out_field> fields, std::optional<std::uint64_t> length
) {
    if (answer_ != answer::none) CLOCHE_FAIL(errc::client_gone);
    return submit_head(status, fields, length);
}

task<result<void>> http2_stream::send(const reply& whole) {
    if (answer_ != answer::none) {
        abort();
        CLOCHE_CO_FAIL(errc::client_gone);
    }
    auto written = submit_head(whole.status, whole.fields, whole.body.size());
    if (!written) co_return written;
    auto sent = co_await put(whole.body, true);
    co_return sent;
}

task<result<void>> http2_stream::write(std::string_view piece) {
    return put(piece, false);
}
task<result<void>> http2_stream::write_last(std::string_view piece) {
    return put(piece, true);
}
task<result<void>> http2_stream::finish() {
    return put({}, true);
}

task<result<void>> http2_stream::put(std::string_view piece, bool last) {
    if (answer_ != answer::started || gone_) CLOCHE_CO_FAIL(errc::client_gone);
    const bool fits = piece.size() <= left_ && (!last || piece.size() == left_);
    if (!no_body_ && bounded_ && !fits) {
        abort();
        CLOCHE_CO_FAIL(errc::client_gone);
    }
    owner_.flush_soon();
    if (no_body_ || (piece.empty() && !last)) {
        if (last) answer_ = answer::finished;
        co_return result<void>();
    }
    left_ -= bounded_ ? piece.size() : 0;
    waiting_ = piece;
    last_ = last;
    taken_.reset();
    ::nghttp2_session_resume_data(&owner_.session(), id_);
    write_limit_.arm(owner_.shard().options.stream_idle);
    co_await taken_.wait();
    write_limit_.disarm();
    const bool all = waiting_.empty() && !last_;
    waiting_ = {};
    if (!all) {
        answer_ = answer::aborted;
        CLOCHE_CO_FAIL(errc::client_gone);
    }
    bytes_sent_ += piece.size();
    if (last) answer_ = answer::finished;
    co_return result<void>();
}

void http2_stream::sent(std::size_t bytes, bool end) {
    waiting_.remove_prefix(bytes);
    if (end) {
        last_ = false;
        all_sent_ = true;
    }
    if (waiting_.empty() && !last_) taken_.set();
}

// The client does not take what it asked for.
void http2_stream::on_write_limit() {
    reset(NGHTTP2_CANCEL);
    lose();
}

}  // namespace cloche::http
