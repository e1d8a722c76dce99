#include "http/upload.hpp"

#include "base/give_back.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include <charconv>

namespace cloche::http {

namespace asio = boost::asio;
using runtime::task;

upload::upload(
    client_stream& browser,
    upstream_call& call,
    body_kind framing,
    std::string_view first,
    std::size_t keep,
    std::chrono::milliseconds patience
)
    : browser_(browser),
      call_(call),
      link_(call.link()),
      chunked_(framing == body_kind::chunked),
      first_(first),
      patience_(patience),
      keep_left_(keep),
      keeping_(keep > 0),
      ended_(browser.executor()) {}

void upload::start() {
    asio::co_spawn(
        browser_.executor(),
        run(shared_from_this()),
        asio::bind_cancellation_slot(cancel_.slot(), asio::detached)
    );
}

task<void> upload::run(std::shared_ptr<upload> self) {
    // A read that is cancelled is an error value like any other.
    co_await asio::this_coro::throw_if_cancelled(false);
    try {
        co_await self->pump();
    } catch (const std::exception&) {
        self->link_.stop(make_error_code(errc::upstream_reset));
    }
    self->ended_.set();
}

task<void> upload::pump() {
    auto piece = first_;
    for (;;) {
        const bool last = piece.empty() || browser_.body_done();
        keep(piece);
        auto sent = co_await send(piece, last);
        if (stopped_ || (!sent && !link_.stopped())) {
            // An upstream that does not want the rest may say why: its answer is waited for, not
            // for ever.
            if (!stopped_ && answer_awaited_) call_.limit_answer();
            co_return;
        }
        if (!sent) co_return;
        if (last) break;
        auto next = co_await browser_.read_body();
        if (stopped_) co_return;
        if (!next) {
            failure_ = next.error();
            link_.stop(failure_);
            co_return;
        }
        piece = *next;
    }
    complete_ = true;
    call_.request_is_complete();
    if (answer_awaited_) call_.limit_answer();
}

task<bool> upload::send(std::string_view piece, bool last) {
    gather out;
    if (!std::exchange(head_sent_, true)) out.add(call_.head_bytes());
    if (chunked_ && !piece.empty()) {
        auto* const begin = chunk_line_.data();
        auto* end = std::to_chars(begin, begin + chunk_line_.size(), piece.size(), 16).ptr;
        *end++ = '\r';
        *end++ = '\n';
        out.add({begin, static_cast<std::size_t>(end - begin)});
    }
    out.add(piece);
    if (chunked_ && !piece.empty())
        out.add(last ? "\r\n0\r\n\r\n" : "\r\n");
    else if (chunked_ && last)
        out.add("0\r\n\r\n");
    if (out.empty()) co_return true;
    error failed;
    if (!link_.send_now(out, failed)) failed = co_await link_.send(out, patience_);
    co_return !failed;
}

void upload::keep(std::string_view piece) {
    if (!keeping_) return;
    if (piece.size() > keep_left_) {
        keeping_ = false;
        give_back(kept_);
        return;
    }
    keep_left_ -= piece.size();
    kept_.append(piece);
}

std::optional<std::string_view> upload::kept() const noexcept {
    if (!keeping_ || !complete_) return std::nullopt;
    return kept_;
}

task<void> upload::stop() {
    if (ended()) co_return;
    stopped_ = true;
    link_.stop(make_error_code(errc::upstream_reset));
    cancel_.emit(asio::cancellation_type::terminal);
    co_await ended_.wait();
}

void upload::abandon(client_pool::link_ptr link) {
    stopped_ = true;
    abandoned_ = std::move(link);
    link_.stop(make_error_code(errc::upstream_reset));
    cancel_.emit(asio::cancellation_type::terminal);
}

}  // namespace cloche::http
