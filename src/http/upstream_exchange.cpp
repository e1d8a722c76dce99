#include "http/upstream_exchange.hpp"

#include "http/client.hpp"
#include "http/client_pool.hpp"
#include "http/tunnel.hpp"
#include "http/upload.hpp"
#include "http/upstream_call.hpp"

#include <string>

namespace cloche::http {

using runtime::task;

namespace {

// A request's body up to this size is read before it is sent on: one write instead of a coroutine,
// and it can be sent again (PX-14, BF-12).
constexpr std::uint64_t held_bytes = 64 * 1024;

}  // namespace

struct upstream_exchange::state {
    state(client_stream& stream, std::shared_ptr<client_pool> connections)
        : browser(&stream), pool(std::move(connections)), call(pool->lend()) {}
    ~state() { end(); }
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    task<result<void>> load_body();
    task<error> stream_body(upstream_call::manner manner, bool keep);
    void end() noexcept;

    client_stream* browser;
    std::shared_ptr<client_pool> pool;
    call_lease call;
    std::shared_ptr<upload> sending;  ///< the body, when it was too large to be held
    std::string_view body;            ///< the whole of it, or its beginning
    bool whole = true;
    std::string held;
    bool keep_body = false;
    bool ended = false;  ///< by end()
};

// The browser is not watched any longer, and an upload has nobody to work for.
void upstream_exchange::state::end() noexcept {
    if (!browser) return;
    browser->when_gone({});
    browser = nullptr;
    if (sending && !sending->ended()) sending->abandon(call->take_link());
}

// Small bodies are read to their end, of others only what makes sure that they are large.
task<result<void>> upstream_exchange::state::load_body() {
    if (auto all = browser->take_body()) {
        body = *all;
        co_return result<void>();
    }
    const auto& framing = browser->head().framing;
    const bool small = framing.kind == body_kind::length && framing.length <= held_bytes;
    for (;;) {
        auto piece = co_await browser->read_body();
        if (!piece) co_return piece.error();
        whole = piece->empty() || browser->body_done();
        if (held.empty() && (whole || !small)) {
            body = *piece;
            co_return result<void>();
        }
        held += *piece;
        if (whole) break;
    }
    body = held;
    co_return result<void>();
}

task<error> upstream_exchange::state::stream_body(upstream_call::manner manner, bool keep) {
    auto closed = co_await call->open();
    if (closed) co_return closed;
    const auto& options = pool->shared().options;
    sending = std::make_shared<upload>(
        *browser,
        *call,
        browser->head().framing.kind,
        body,
        keep ? held_bytes : 0,
        options.stream_idle
    );
    sending->start();
    auto failed = co_await call->read_head(manner.verb);
    sending->answer_has_begun();
    if (!failed) co_return failed;
    co_await sending->stop();
    co_return sending->failure() ? sending->failure() : failed;
}

upstream_exchange::upstream_exchange(std::unique_ptr<state> made) : state_(std::move(made)) {}
upstream_exchange::upstream_exchange(upstream_exchange&&) noexcept = default;
upstream_exchange::~upstream_exchange() = default;

task<result<upstream_exchange>> upstream_exchange::begin(
    client& pool,
    client_stream& browser,
    options what,
    std::span<const out_field> fields,
    std::optional<std::string_view> replayed
) {
    auto made = std::make_unique<state>(browser, pool.here());
    auto& self = *made;
    self.keep_body = what.keep_body;
    auto framing = browser.head().framing;
    if (replayed) {
        self.body = *replayed;
    } else if (framing.kind != body_kind::none) {
        auto loaded = co_await self.load_body();
        if (!loaded) co_return loaded.error();
    }
    if (framing.kind == body_kind::length && self.whole) framing.length = self.body.size();

    upstream_call::request_line line;
    line.method = what.method;
    line.target = what.target;
    line.upgrade = what.upgrade;
    auto written = self.call->write_head(line, fields, framing);
    if (!written) co_return written.error();

    browser.when_gone([call = &*self.call] { call->stop(make_error_code(errc::client_gone)); });
    upstream_call::manner manner;
    manner.verb = browser.head().verb;
    manner.repeatable = what.idempotent;
    error failed;
    if (self.whole)
        failed = co_await self.call->run(self.body, manner);
    else
        failed = co_await self.stream_body(manner, what.keep_body);
    if (failed) co_return failed;
    co_return upstream_exchange(std::move(made));
}

const response_head& upstream_exchange::head() const noexcept {
    return state_->call->head();
}

std::optional<std::string_view> upstream_exchange::kept_body() const noexcept {
    if (!state_->keep_body) return std::nullopt;
    if (state_->sending) return state_->sending->kept();
    return state_->body;
}

task<result<void>> upstream_exchange::relay(client_stream& browser, bool live) {
    auto& call = *state_->call;
    const auto& given = state_->pool->shared().options;
    const auto idle = live ? given.live_idle : given.stream_idle;
    // A body of unknown length may be a stream of events, whose reader wants to know that it has
    // begun.
    bool flush = call.head().framing.kind != body_kind::length;
    error broken;
    result<void> written;
    for (;;) {
        auto piece = call.next_body();
        if (!piece) {
            broken = piece.error();
            break;
        }
        if (call.body_done()) {
            written = co_await browser.write_last(*piece);
            break;
        }
        if (!piece->empty() || std::exchange(flush, false)) {
            flush = false;
            written = co_await browser.write(*piece);
            if (!written) break;
            continue;
        }
        broken = co_await call.fill_body(idle);
        if (broken) break;
    }
    if (broken && state_->ended) {
        broken.clear();
        written = co_await browser.finish();
    }
    if (broken) browser.abort();
    if (state_->sending && !state_->sending->ended()) co_await state_->sending->stop();
    if (!broken && written && !state_->ended) call.release();
    state_->end();
    if (broken) co_return broken;
    co_return written;
}

void upstream_exchange::end() noexcept {
    state_->ended = true;
    state_->call->stop(make_error_code(errc::client_gone));
}

std::shared_ptr<tunnel> upstream_exchange::open_tunnel(
    client_stream& browser, std::function<void()> heard
) {
    // From here on the browser is listened to.
    browser.when_gone({});
    state_->call->forget_heads();
    const auto& given = state_->pool->shared().options;
    tunnel::options how;
    how.idle = given.live_idle;
    how.patience = given.stream_idle;
    how.heard = std::move(heard);
    return std::make_shared<tunnel>(state_->pool->wheel(), browser, *state_->call, std::move(how));
}

void upstream_exchange::discard() noexcept {
    auto& call = *state_->call;
    while (!call.body_done()) {
        auto piece = call.next_body();
        if (!piece || piece->empty()) break;
    }
    // Before release(): an upload that is still on takes the connection with it.
    state_->end();
    call.release();
}

}  // namespace cloche::http
