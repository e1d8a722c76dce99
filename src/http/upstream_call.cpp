#include "http/upstream_call.hpp"

#include "base/give_back.hpp"
#include "http/head_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace cloche::http {

namespace asio = boost::asio;
using runtime::block;
using runtime::task;

namespace {

// A server may say that it is still there; not for ever.
constexpr unsigned most_interim = 32;

void append_chunk_size(std::string& out, std::size_t size) {
    std::array<char, 20> line{};
    auto* end = std::to_chars(line.data(), line.data() + line.size(), size, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    out.append(line.data(), end);
}

bool says_not_sent(const error& failed) noexcept {
    return failed == errc::connect_failed || failed == errc::connect_timeout ||
           failed == errc::tls_failed;
}

}  // namespace

template <class Fields>
result<void> upstream_call::write(request_line line, const Fields& fields, body_framing framing) {
    const auto& base = pool_.shared().where.base_path;
    if (!base.empty()) {
        target_.assign(base).append(line.target);
        line.target = target_;
    }
    out_.clear();
    head_writer writer(out_);
    writer.request_line(line.method, line.target);
    writer.field("Host", pool_.shared().authority);
    for (const auto& [name, value] : fields)
        writer.field(name, value);
    may_switch_ = !line.upgrade.empty();
    if (may_switch_) {
        writer.field("Connection", "Upgrade");
        writer.field("Upgrade", line.upgrade);
    }
    if (framing.kind == body_kind::length) writer.field("Content-Length", framing.length);
    if (framing.kind == body_kind::chunked) writer.field("Transfer-Encoding", "chunked");
    framing_ = framing.kind;
    return writer.finish();
}

result<void> upstream_call::write_head(
    request_line line, std::span<const out_field> fields, body_framing framing
) {
    return write(line, fields, framing);
}

result<void> upstream_call::write_head(
    request_line line, const text_fields& fields, body_framing framing
) {
    return write(line, fields, framing);
}

task<error> upstream_call::run(std::string_view body, manner how) {
    const bool in_chunks = framing_ == body_kind::chunked;
    if (in_chunks && !body.empty()) append_chunk_size(out_, body.size());
    bool fresh = how.fresh;
    bool repeated = false;
    bool tried = false;
    for (;;) {
        sent_ = answered_ = false;
        error failed;
        if (!take_kept(fresh)) failed = co_await connect();
        // Whether an earlier try had an effect is not known.
        if (tried && says_not_sent(failed)) failed = make_error_code(errc::upstream_reset);
        if (failed) co_return failed;
        auto outcome = co_await try_once(body, how.verb);
        if (!outcome) co_return outcome;

        failed_try what;
        what.reused = link_->reused();
        what.sent = sent_;
        what.answered = answered_;
        what.stopped = link_->stopped() || outcome == errc::upstream_timeout;
        what.repeatable = how.repeatable;
        what.fresh_wanted = how.fresh;
        what.repeated = repeated;
        link_.reset();
        tried = tried || sent_;
        switch (decide(what)) {
            case after_failure::give_up:
                co_return outcome;
            case after_failure::take_another:
                break;
            case after_failure::repeat_fresh:
                fresh = repeated = true;
                break;
        }
    }
}

// A connection that is there already. False: connect().
bool upstream_call::take_kept(bool fresh) {
    if (!fresh && !stopped_) link_ = pool_.take();
    return link_ != nullptr;
}

task<error> upstream_call::connect() {
    if (stopped_) co_return stopped_;
    link_ = pool_.make();
    const auto& shared = pool_.shared();
    auto failed =
        co_await link_->connect(shared.where, shared.tls.get(), shared.options.connect_timeout);
    if (failed) link_.reset();
    co_return failed;
}

task<error> upstream_call::open() {
    error failed;
    if (!take_kept(false)) failed = co_await connect();
    co_return failed;
}

task<error> upstream_call::try_once(std::string_view body, method verb) {
    forget_answer();
    gather out;
    out.add(out_);
    out.add(body);
    if (framing_ == body_kind::chunked) out.add(body.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n");
    error unsent;
    const bool at_once = link_->send_now(out, unsent);
    sent_ = !unsent;
    if (!at_once) unsent = co_await link_->send(out, pool_.shared().options.stream_idle);
    request_complete_ = !unsent;
    if (unsent == errc::upstream_timeout || link_->stopped()) co_return unsent;
    // An upstream that stopped reading may have said why.
    limit_answer();
    auto failed = co_await read_head(verb);
    co_return failed;
}

void upstream_call::forget_heads() noexcept {
    give_back(out_);
    give_back(target_);
    give_back(head_.fields);
    head_.reason = {};
}

void upstream_call::forget_answer() {
    begin_ = end_ = scanned_ = 0;
    interim_ = 0;
    answered_ = false;
}

void upstream_call::limit_answer() {
    sent_ = true;
    link_->limit_reading(pool_.shared().options.answer_timeout);
}

task<error> upstream_call::read_head(method verb) {
    for (;;) {
        const auto found = take_head(verb);
        if (found == taken::yes) {
            link_->unlimit_reading();
            co_return error();
        }
        if (found == taken::bad) {
            link_->unlimit_reading();
            co_return make_error_code(errc::upstream_invalid);
        }
        error failed;
        if (!link_->may_read()) co_await link_->wait_readable(failed);
        std::size_t got = 0;
        if (failed)
            failed = link_->reading_failed_by(failed);
        else
            link_->read_now(space_for_head(), got, failed);
        end_ += got;
        answered_ = answered_ || got > 0;
        if (failed) {
            link_->unlimit_reading();
            if (failed == upstream_link::end_of_stream())
                co_return make_error_code(errc::upstream_reset);
            co_return failed;
        }
    }
}

upstream_call::taken upstream_call::take_head(method verb) {
    head_limits limits;
    limits.bytes = pool_.shared().options.head_bytes;
    for (;;) {
        const std::string_view unread(buffer_.data() + begin_, end_ - begin_);
        if (unread.empty()) return taken::no;
        const auto size = find_head_end(unread, scanned_);
        if (size == 0) return unread.size() > limits.bytes ? taken::bad : taken::no;
        scanned_ = 0;
        if (!parse_response_head(unread.substr(0, size), limits, verb, head_)) return taken::bad;
        begin_ += size;
        const bool switched = head_.status == 101 && may_switch_;
        // What follows is no HTTP, and ends with the connection.
        if (switched) head_.framing.kind = body_kind::until_close;
        if (head_.status >= 200 || switched) {
            body_.begin(head_.framing, unread.substr(size));
            return taken::yes;
        }
        // Interim answers are for us, who asked for none; a 101 that nobody asked for would end
        // HTTP.
        if (head_.status == 101 || ++interim_ > most_interim) return taken::bad;
    }
}

asio::mutable_buffer upstream_call::space_for_head() {
    if (!buffer_) buffer_ = block(block::small);
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_.size()) {
        block larger(std::max(block::large, pool_.shared().options.head_bytes + 1));
        std::memcpy(larger.data(), buffer_.data(), end_);
        buffer_ = std::move(larger);
    }
    return {buffer_.data() + end_, buffer_.size() - end_};
}

result<std::string_view> upstream_call::next_body() {
    auto content = body_.next();
    if (!content) CLOCHE_FAIL(errc::upstream_invalid);
    return content;
}

// Behind what is not decoded yet.
asio::mutable_buffer upstream_call::space_for_body() {
    if (!body_block_) {
        const auto missing = body_.missing();
        body_block_ = block(missing > 0 && missing < block::small ? block::small : block::large);
    }
    const auto kept = body_.rest().size();
    if (kept > 0) std::memmove(body_block_.data(), body_.rest().data(), kept);
    body_.feed({body_block_.data(), kept});
    return {body_block_.data() + kept, body_block_.size() - kept};
}

task<error> upstream_call::fill_body(std::chrono::milliseconds limit) {
    error failed;
    std::size_t got = 0;
    if (limit.count() > 0) link_->limit_reading(limit);
    do {
        if (!link_->may_read()) {
            // A WebSocket may wait for long.
            if (body_.rest().empty()) {
                body_block_.reset();
                if (head_.status == 101) buffer_.reset();
            }
            co_await link_->wait_readable(failed);
            if (failed) failed = link_->reading_failed_by(failed);
        }
    } while (!failed && !link_->read_now(space_for_body(), got, failed));
    link_->unlimit_reading();
    if (got > 0) body_.feed({body_block_.data(), body_.rest().size() + got});
    if (failed != upstream_link::end_of_stream()) co_return failed;
    if (head_.framing.kind == body_kind::until_close) {
        body_.at_close();
        co_return error();
    }
    co_return make_error_code(errc::upstream_reset);
}

void upstream_call::release() {
    if (!link_) return;
    exchange_end end;
    end.request_complete = request_complete_;
    end.answer_complete = body_.done();
    end.surplus = !body_.rest().empty();
    end.keep_alive = head_.keep_alive && head_.framing.kind != body_kind::until_close;
    pool_.put(std::move(link_), end);
}

void upstream_call::stop(error why) noexcept {
    if (!stopped_) stopped_ = why;
    if (link_) link_->stop(why);
}

void upstream_call::reset() {
    link_.reset();
    buffer_.reset();
    body_block_.reset();
    head_.fields.clear();
    stopped_.clear();
    request_complete_ = false;
    sent_ = false;
    forget_answer();
}

}  // namespace cloche::http
