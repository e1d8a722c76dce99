// The request's body over HTTP/2: kept as it comes, within the window, until the exchange asks.
#include "http/http2_connection.hpp"
#include "http/http2_stream.hpp"
#include "http/server_shard.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace cloche::http {

using runtime::block;
using runtime::task;

void http2_stream::take_data(std::string_view data) {
    if (data.empty()) return;
    const std::size_t size = arrived_size_ + data.size();
    if (size > arrived_.size()) {
        // The window lets no more come than this holds.
        block larger(size <= block::small ? block::small : block::large);
        if (arrived_size_ > 0) std::memcpy(larger.data(), arrived_.data(), arrived_size_);
        arrived_ = std::move(larger);
    }
    std::memcpy(arrived_.data() + arrived_size_, data.data(), data.size());
    arrived_size_ = size;
    continue_due_ = false;
    news_.set();
}

void http2_stream::body_complete() {
    complete_ = true;
    news_.set();
}

// The client may send as much again as the exchange has done with.
void http2_stream::give_back() noexcept {
    if (given_size_ > 0) owner_.consumed(id_, given_size_);
    given_size_ = 0;
    given_.reset();
}

// What has come, counted; empty if nothing has.
result<std::string_view> http2_stream::next_arrived() {
    give_back();
    if (body_fault_) return body_fault_;
    std::swap(given_, arrived_);
    given_size_ = std::exchange(arrived_size_, 0);
    body_count_ += given_size_;
    if (body_limit_ != 0 && body_count_ > body_limit_) {
        body_fault_ = make_error_code(errc::body_too_large);
        return body_fault_;
    }
    return std::string_view(given_.data(), given_size_);
}

// Whoever ends the exchange may wait for this.
void http2_stream::end_read() {
    reading_ = false;
    read_limit_.disarm();
    if (read_ended_) read_ended_->set();
}

task<result<std::string_view>> http2_stream::read_body() {
    for (;;) {
        auto content = next_arrived();
        if (content.has_error() || !content->empty() || complete_) co_return content;
        if (gone_) CLOCHE_CO_FAIL(errc::client_gone);
        if (continue_due_) promise_to_read();
        news_.reset();
        reading_ = true;
        read_limit_.arm(owner_.shard().options.stream_idle);
        try {
            co_await news_.wait();
        } catch (...) {  // no memory
            end_read();
            throw;
        }
        const bool in_time = read_limit_.armed();
        end_read();
        if (arrived_size_ > 0 || complete_) continue;
        body_fault_ = make_error_code(in_time ? errc::client_gone : errc::request_timeout);
        co_return body_fault_;
    }
}

std::optional<std::string_view> http2_stream::take_body() {
    if (body_done()) return std::string_view();
    if (!complete_) return std::nullopt;
    auto content = next_arrived();
    if (!content) return std::nullopt;
    return *content;
}

// 100 Continue (RFC 9110 section 10.1.1).
void http2_stream::promise_to_read() {
    continue_due_ = false;
    if (answer_ != answer::none) return;
    owner_.submit_continue(id_);
}

void http2_stream::on_read_limit() {
    news_.set();
}

result<void> http2_stream::limit_body(std::uint64_t bytes) {
    if (bytes != 0) body_limit_ = body_limit_ == 0 ? bytes : std::min(body_limit_, bytes);
    const bool declared = head_.framing.kind == body_kind::length;
    if (declared && body_limit_ != 0 && head_.framing.length > body_limit_) {
        CLOCHE_FAIL(errc::body_too_large);
    }
    return {};
}

}  // namespace cloche::http
