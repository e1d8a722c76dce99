#include "http/http1_connection.hpp"

#include "base/give_back.hpp"
#include "http/server_shard.hpp"
#include "observability/log.hpp"

#include <cstring>

namespace cloche::http {

namespace asio = boost::asio;
using runtime::block;
using runtime::task;
using namespace std::chrono_literals;

namespace {

// A connection keeps its memory that long after an exchange. (Its buffer it gives back at once.)
constexpr auto doze_after = 500ms;
// Of a request line, what is not its target; generously.
constexpr std::size_t longest_method = 64;

}  // namespace

http1_connection::http1_connection(
    std::shared_ptr<server_shard> shard, transport link, asio::ip::address peer
)
    : connection(std::move(shard), std::move(link), std::move(peer)),
      read_limit_(shard_->wheel, this, runtime::calls<&http1_connection::on_read_limit>),
      write_limit_(shard_->wheel, this, runtime::calls<&http1_connection::on_write_limit>),
      watch_(shard_->wheel, this, runtime::calls<&http1_connection::on_tick>) {}

http1_connection::http1_connection(connection& before)
    : connection(take_over(), before),
      read_limit_(shard_->wheel, this, runtime::calls<&http1_connection::on_read_limit>),
      write_limit_(shard_->wheel, this, runtime::calls<&http1_connection::on_write_limit>),
      watch_(shard_->wheel, this, runtime::calls<&http1_connection::on_tick>) {}

std::uint16_t http1_connection::local_port() const noexcept {
    return shard_->port;
}
runtime::io_executor http1_connection::executor() const {
    return shard_->executor;
}

task<void> http1_connection::run() {
    rest();
    while (link_.is_open()) {
        if (take_head()) {
            co_await run_exchange();
            auto persists = co_await end_exchange();
            if (!persists) break;
            rest();
            continue;
        }
        if (fault_) {
            co_await refuse(fault_);
            break;
        }
        error failed;
        if (begin_ == end_) buffer_.reset();
        if (shard_->draining && phase_ == phase::resting) break;
        if (!link_.may_read()) co_await link_.wait_readable(failed);
        std::size_t got = 0;
        if (!failed) link_.read_now(space_for_head(), got, failed);
        if (!goes_on_after(got, failed)) break;
    }
    link_.close();
}

task<void> http1_connection::turn_away(error reason) {
    co_await refuse(reason);
    link_.close();
}

// Before the first byte of a request, unless it came with the one before.
void http1_connection::rest() {
    timed_out_ = false;
    const auto& options = shard_->options;
    if (begin_ != end_) {
        phase_ = phase::reading_head;
        read_limit_.arm(options.head_timeout);
        return;
    }
    phase_ = phase::resting;
    dozes_ = false;
    read_limit_.arm(std::min<std::chrono::milliseconds>(doze_after, options.idle_timeout));
}

// Looks at what has been read. False if a whole head is not there yet, or if fault_ was set.
bool http1_connection::take_head() {
    if (shard_->draining && begin_ == end_) return false;
    const std::string_view unread(buffer_.data() + begin_, end_ - begin_);
    if (unread.empty()) return false;
    const auto size = find_head_end(unread, scanned_);
    if ((size != 0 ? size : unread.size()) > shard_->limits.bytes) {
        // The target alone is too long if even the first line does not end where it should.
        const auto line = unread.substr(0, shard_->limits.target + longest_method);
        const bool endless = line.find('\n') == std::string_view::npos;
        fault_ = make_error_code(endless ? errc::uri_too_long : errc::headers_too_large);
        return false;
    }
    if (size == 0) return false;
    scanned_ = 0;
    read_limit_.disarm();
    auto parsed = parse_request_head(unread.substr(0, size), shard_->limits, head_);
    if (!parsed) {
        fault_ = parsed.error();
        return false;
    }
    begin_ += size;
    begin_exchange();
    return true;
}

asio::mutable_buffer http1_connection::space_for_head() {
    if (!buffer_) buffer_ = block(block::small);
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ == buffer_.size() && begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_.size()) {
        block larger(std::max(block::large, shard_->limits.bytes + 1));
        std::memcpy(larger.data(), buffer_.data(), end_);
        buffer_ = std::move(larger);
    }
    return {buffer_.data() + end_, buffer_.size() - end_};
}

// After a read or a wait between exchanges. False: the connection is over.
bool http1_connection::goes_on_after(std::size_t got, const error& failed) {
    end_ += got;
    if (!failed) {
        if (got > 0 && phase_ == phase::resting) {
            phase_ = phase::reading_head;
            timed_out_ = false;
            // Once for the whole head, however slowly it trickles in (PX-16).
            read_limit_.arm(shard_->options.head_timeout);
        }
        return true;
    }
    if (failed != asio::error::operation_aborted || !timed_out_ || !link_.is_open()) return false;
    if (phase_ != phase::reading_head) return false;
    timed_out_ = false;
    fault_ = make_error_code(errc::request_timeout);
    return true;
}

void http1_connection::begin_exchange() {
    phase_ = phase::exchange;
    timed_out_ = false;
    body_.begin(head_.framing, {buffer_.data() + begin_, end_ - begin_});
    body_fault_.clear();
    body_limit_ = shard_->options.body_bytes;
    body_count_ = 0;
    continue_due_ = head_.expects_continue;
    persistent_ = head_.keep_alive;
    answer_ = answer::none;
    switched_ = false;
    bytes_sent_ = 0;
    status_ = 0;
    gone_ = false;
}

task<void> http1_connection::run_exchange() {
    if (body_limit_ != 0 && head_.framing.length > body_limit_) {
        fault_ = make_error_code(errc::body_too_large);
        co_await refuse(fault_);
        co_return;
    }
    try {
        co_await shard_->handler.handle(*this);
    } catch (const std::exception& thrown) {
        observability::log_line(observability::level::error, "exchange_failed")
            .with("what", thrown.what());
    }
}

// False: the connection is not for another request.
task<bool> http1_connection::end_exchange() {
    when_gone({});
    if (reading_) {
        // Someone stopped to care about a body in the middle of it.
        runtime::async_signal ended(shard_->executor);
        read_ended_ = &ended;
        link_.cancel();
        co_await ended.wait();
        read_ended_ = nullptr;
        persistent_ = false;
    }
    if (answer_ == answer::none && !fault_) {
        const error unanswered = make_error_code(boost::system::errc::protocol_error);
        co_await refuse(unanswered);
        co_return false;
    }
    if (answer_ == answer::started) abort();
    if (answer_ == answer::aborted || fault_ || !link_.is_open()) co_return false;
    if (persistent_ && !body_done()) persistent_ = co_await drain_body();
    if (!persistent_) {
        const bool unread = !body_done() || !body_.rest().empty();
        if (unread) {
            phase_ = phase::closing;
            co_await linger();
        }
        co_return false;
    }
    keep_surplus();
    co_return true;
}

// The answer to what is no request, or none that can be handled. The connection ends with it.
task<void> http1_connection::refuse(error reason) {
    phase_ = phase::closing;
    read_limit_.disarm();
    const auto refusal = shard_->handler.refuse(reason);
    persistent_ = false;
    answer_ = answer::none;
    gone_ = false;
    head_.verb = method::other;  // of which nothing may be believed
    head_.version_minor = 1;
    bytes_sent_ = 0;
    auto sent = co_await send(refusal);
    if (sent) co_await linger();
}

void http1_connection::on_read_limit() {
    const auto& options = shard_->options;
    if (phase_ == phase::resting && !dozes_ && options.idle_timeout > doze_after) {
        doze();
        read_limit_.arm(options.idle_timeout - doze_after);
        return;
    }
    timed_out_ = true;
    link_.cancel();
}

// No other request followed at once: what would be used for it is given back.
void http1_connection::doze() {
    dozes_ = true;
    head_ = request_head();
    give_back(out_);
}

// For who stays long: of the head only what costs nothing. Its block goes before the next wait.
void http1_connection::forget_head() noexcept {
    head_.method_name = "GET";
    head_.target = {};
    give_back(head_.fields);
}

void http1_connection::wind_down() noexcept {
    if (phase_ == phase::resting) link_.cancel();
    if (const auto act = std::exchange(when_draining_, {})) act();
}

void http1_connection::break_off() noexcept {
    answer_ = answer::aborted;
    gone_ = true;
    link_.reset();
    if (auto act = std::exchange(when_gone_, {})) act();
}

}  // namespace cloche::http
