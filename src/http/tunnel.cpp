#include "http/tunnel.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <utility>

namespace cloche::http {

namespace asio = boost::asio;
using runtime::task;
using namespace std::chrono_literals;

namespace {

// A frame that is half-way when the end comes has that long to get to its own.
constexpr auto end_time = 5s;

constexpr std::uint16_t going_away = 1001;

}  // namespace

tunnel::tunnel(
    runtime::deadline_wheel& wheel, client_stream& browser, upstream_call& call, options how
)
    : browser_(browser),
      call_(call),
      how_(std::move(how)),
      idle_(wheel, this, runtime::calls<&tunnel::on_idle>),
      end_limit_(wheel, this, runtime::calls<&tunnel::on_end_limit>),
      up_ended_(browser.executor()) {}

task<void> tunnel::run() {
    note_traffic();
    // What was agreed to, before anything is said.
    constexpr std::string_view nothing;
    auto agreed = co_await browser_.write(nothing);
    if (!agreed) {
        stop_upstream();
        co_return;
    }
    asio::co_spawn(
        browser_.executor(),
        pump_up(shared_from_this()),
        asio::bind_cancellation_slot(cancel_up_.slot(), asio::detached)
    );
    std::exception_ptr thrown;
    try {
        co_await send_down();
        if (!last_words_.empty()) {
            co_await say_last_words();
            stop_upstream();
        }
    } catch (...) {  // not before the other direction has ended, which uses what is ours
        thrown = std::current_exception();
        give_up();
    }
    // An upstream that has ended its side may still listen; one that is gone does not.
    if (call_.link().stopped()) give_up();
    co_await up_ended_.wait();
    idle_.disarm();
    end_limit_.disarm();
    stop_upstream();
    if (thrown) std::rethrow_exception(thrown);
}

void tunnel::note_traffic() {
    idle_.arm(how_.idle);
}

void tunnel::stop_upstream() noexcept {
    call_.stop(make_error_code(errc::client_gone));
}

void tunnel::give_up() {
    stop_upstream();
    if (!up_over_) cancel_up_.emit(asio::cancellation_type::terminal);
}

task<void> tunnel::pump_up(std::shared_ptr<tunnel> self) {
    // A read that is cancelled is an error value like any other.
    co_await asio::this_coro::throw_if_cancelled(false);
    try {
        co_await self->send_up();
    } catch (const std::exception&) {
        self->stop_upstream();
    }
    self->up_over_ = true;
    self->up_ended_.set();
}

task<void> tunnel::send_up() {
    auto& link = call_.link();
    for (;;) {
        auto piece = co_await browser_.read_body();
        if (!piece) {
            stop_upstream();
            co_return;
        }
        if (piece->empty()) {
            link.end_sending();
            co_return;
        }
        note_traffic();
        how_.heard();
        gather out;
        out.add(*piece);
        error failed;
        if (!link.send_now(out, failed)) failed = co_await link.send(out, how_.patience);
        if (failed) {
            stop_upstream();
            co_return;
        }
    }
}

task<void> tunnel::send_down() {
    for (;;) {
        if (!last_words_.empty() && frames_.between()) co_return;
        auto piece = call_.next_body();
        if (!piece) break;
        if (!piece->empty()) {
            auto passed = co_await pass_down(*piece);
            if (!passed) break;
            continue;
        }
        if (call_.body_done()) {
            co_await browser_.finish();
            co_return;
        }
        waiting_ = true;
        const auto failed = co_await call_.fill_body(0ms);
        waiting_ = false;
        if (failed && last_words_.empty()) break;
        if (failed && !frames_.between()) break;
    }
    // Half a frame, or an upstream that broke off, must not look like an end.
    browser_.abort();
    stop_upstream();
}

// False if the browser does not take it.
task<bool> tunnel::pass_down(std::string_view piece) {
    if (!last_words_.empty()) piece = piece.substr(0, frames_.rest_of_frame(piece));
    note_traffic();
    auto written = co_await browser_.write(piece);
    frames_.pass(piece);
    co_return written.has_value();
}

task<void> tunnel::say_last_words() {
    // Nothing may follow a Close of the upstream's.
    const std::string_view words = frames_.closed() ? std::string_view() : last_words_;
    co_await browser_.write_last(words);
}

void tunnel::end(std::uint16_t code, std::string_view reason) {
    if (!last_words_.empty()) return;
    last_words_ = websocket_close(code, reason);
    end_limit_.arm(end_time);
    if (waiting_ && frames_.between()) stop_upstream();
}

void tunnel::on_end_limit() {
    give_up();
}

void tunnel::on_idle() {
    end(going_away, "nothing was sent for a while");
}

}  // namespace cloche::http
