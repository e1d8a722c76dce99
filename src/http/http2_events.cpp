// What nghttp2 tells of a connection, and how it is set up.
#include "http/http2_connection.hpp"
#include "http/server_shard.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

namespace cloche::http {

namespace asio = boost::asio;

namespace {

// Streams that a client may open and reset at once, and how many a second from then on
// (CVE-2023-44487).
constexpr std::uint64_t reset_burst = 1000;
constexpr std::uint64_t reset_rate = 33;
// CONTINUATION frames of one head (CVE-2024-28182).
constexpr std::size_t most_continuations = 8;

constexpr std::size_t frame_head_size = 9;

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

bool begins_request(const nghttp2_frame& frame) {
    return frame.hd.type == NGHTTP2_HEADERS && frame.headers.cat == NGHTTP2_HCAT_REQUEST;
}

template <class T>
T* checked(T* made) {
    if (made == nullptr) throw std::bad_alloc();
    return made;
}

}  // namespace

/// nghttp2's callbacks: plain functions, out of which nothing may be thrown.
struct http2_events {
    static http2_connection& owner(void* user) { return *static_cast<http2_connection*>(user); }

    static http2_stream* find(nghttp2_session* session, std::int32_t id) {
        return static_cast<http2_stream*>(::nghttp2_session_get_stream_user_data(session, id));
    }

    template <class Act>
    static int guarded(Act act) noexcept {
        try {
            act();
        } catch (const std::exception&) {
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
        return 0;
    }

    static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        if (!begins_request(*frame)) return 0;
        return guarded([&] { owner(user).begin_stream(frame->hd.stream_id); });
    }

    // Trailers are read over: nothing of them is passed on (PX-8).
    static int
    header(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t, void*) {
        if (!begins_request(*frame)) return 0;
        auto* const stream = find(session, frame->hd.stream_id);
        if (stream == nullptr) return 0;
        return guarded([&] {
            stream->add_field(text_of(name, name_size), text_of(value, value_size));
        });
    }

    // nghttp2 would leave such a field out and go on.
    static int
    invalid_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t, std::uint8_t, void*) {
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }

    static int frame_came(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
        const auto type = frame->hd.type;
        if (type != NGHTTP2_HEADERS && type != NGHTTP2_DATA) return 0;
        auto* const stream = find(session, frame->hd.stream_id);
        if (stream == nullptr) return 0;
        const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        return guarded([&] {
            if (begins_request(*frame))
                owner(user).begin_exchange(*stream, frame->hd.stream_id, ends);
            else if (ends)
                stream->body_complete();
        });
    }

    static int data_came(
        nghttp2_session* session,
        std::uint8_t,
        std::int32_t id,
        const std::uint8_t* data,
        std::size_t size,
        void* user
    ) {
        auto* const stream = find(session, id);
        if (stream == nullptr) {
            owner(user).consumed(id, size);
            return 0;
        }
        return guarded([&] { stream->take_data(text_of(data, size)); });
    }

    static int stream_closed(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
        return guarded([&] { owner(user).end_stream(id); });
    }

    /// What of an answer's body is ready; it is copied by send_data, straight to where it leaves
    /// from.
    static ssize_t
    offer_data(nghttp2_session* session, std::int32_t id, std::uint8_t*, std::size_t most, std::uint32_t* flags, nghttp2_data_source*, void*) {
        const auto* const stream = find(session, id);
        if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        const auto ready = stream->waiting().size();
        if (ready == 0 && !stream->is_last()) return NGHTTP2_ERR_DEFERRED;
        const auto size = std::min(ready, most);
        *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
        if (stream->is_last() && size == ready) *flags |= NGHTTP2_DATA_FLAG_EOF;
        return static_cast<ssize_t>(size);
    }

    static int send_data(
        nghttp2_session* session,
        nghttp2_frame* frame,
        const std::uint8_t* frame_head,
        std::size_t size,
        nghttp2_data_source*,
        void* user
    ) {
        auto* const stream = find(session, frame->hd.stream_id);
        if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        const auto piece = stream->waiting().substr(0, size);
        if (!owner(user).add_body(frame_head, piece)) return NGHTTP2_ERR_WOULDBLOCK;
        stream->sent(size, (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0);
        return 0;
    }

    static nghttp2_session_callbacks* make_callbacks() {
        nghttp2_session_callbacks* made = nullptr;
        ::nghttp2_session_callbacks_new(&made);
        checked(made);
        ::nghttp2_session_callbacks_set_on_begin_headers_callback(made, begin_headers);
        ::nghttp2_session_callbacks_set_on_header_callback(made, header);
        ::nghttp2_session_callbacks_set_on_invalid_header_callback(made, invalid_header);
        ::nghttp2_session_callbacks_set_on_frame_recv_callback(made, frame_came);
        ::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, data_came);
        ::nghttp2_session_callbacks_set_on_stream_close_callback(made, stream_closed);
        ::nghttp2_session_callbacks_set_send_data_callback(made, send_data);
        return made;
    }

    static nghttp2_option* make_options() {
        nghttp2_option* made = nullptr;
        ::nghttp2_option_new(&made);
        checked(made);
        ::nghttp2_option_set_no_auto_window_update(made, 1);
        ::nghttp2_option_set_no_closed_streams(made, 1);
        ::nghttp2_option_set_stream_reset_rate_limit(made, reset_burst, reset_rate);
        ::nghttp2_option_set_max_continuations(made, most_continuations);
        return made;
    }
};

void http2_connection::freed::operator()(nghttp2_session* session) const noexcept {
    ::nghttp2_session_del(session);
}

void http2_connection::make_session() {
    // The same for all; never freed.
    static nghttp2_session_callbacks* const callbacks = http2_events::make_callbacks();
    static nghttp2_option* const options = http2_events::make_options();
    nghttp2_session* made = nullptr;
    ::nghttp2_session_server_new2(&made, callbacks, this, options);
    session_.reset(checked(made));

    const auto head_bytes = static_cast<std::uint32_t>(shard_->limits.bytes);
    const std::array<nghttp2_settings_entry, 4> settings{{
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, streams},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, http2_stream::window},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, head_bytes},
        {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
    }};
    ::nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    ::nghttp2_session_set_local_window_size(made, NGHTTP2_FLAG_NONE, 0, window);
}

void http2_connection::begin_stream(std::int32_t id) {
    // One that was reset is gone for the client, while its exchange may be on.
    if (ending_ || streams_.size() >= 2 * streams) {
        ::nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
        return;
    }
    idle_limit_.disarm();
    head_limit_.arm(shard_->options.head_timeout);
    auto& fresh = streams_[id];
    fresh.stream = std::make_unique<http2_stream>(*this, id);
    ::nghttp2_session_set_stream_user_data(session_.get(), id, fresh.stream.get());
}

void http2_connection::begin_exchange(http2_stream& stream, std::int32_t id, bool ends) {
    head_limit_.disarm();
    stream.head_complete(ends);
    streams_.at(id).running = true;
    asio::co_spawn(shard_->executor, run_exchange(shared_from_this(), stream, id), asio::detached);
}

// For nghttp2, and for us once its exchange has ended too.
void http2_connection::end_stream(std::int32_t id) {
    const auto found = streams_.find(id);
    if (found == streams_.end()) return;
    found->second.stream->close();
    if (found->second.running) return;
    head_limit_.disarm();
    ::nghttp2_session_set_stream_user_data(session_.get(), id, nullptr);
    streams_.erase(found);
    if (!streams_.empty()) return;
    if (ending_)
        flush_soon();
    else
        idle_limit_.arm(shard_->options.idle_timeout);
}

int http2_connection::submit_answer(
    std::int32_t id, std::span<const nghttp2_nv> head, bool has_body
) {
    nghttp2_data_provider body{};
    body.read_callback = http2_events::offer_data;
    return ::nghttp2_submit_response(
        session_.get(), id, head.data(), head.size(), has_body ? &body : nullptr
    );
}

void http2_connection::submit_continue(std::int32_t id) {
    std::array<char, 8> name{":status"};
    std::array<char, 4> value{"100"};
    nghttp2_nv line{};
    line.name = reinterpret_cast<std::uint8_t*>(name.data());
    line.namelen = name.size() - 1;
    line.value = reinterpret_cast<std::uint8_t*>(value.data());
    line.valuelen = value.size() - 1;
    ::nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, id, nullptr, &line, 1, nullptr);
    flush_soon();
}

void http2_connection::consumed(std::int32_t id, std::size_t bytes) noexcept {
    if (bytes == 0 || !session_) return;
    ::nghttp2_session_consume(session_.get(), id, bytes);
    if (::nghttp2_session_want_write(session_.get()) != 0) flush_soon();
}

bool http2_connection::add_body(const std::uint8_t* frame_head, std::string_view piece) noexcept {
    if (out_.size() - out_end_ < frame_head_size + piece.size()) return false;
    std::memcpy(out_.data() + out_end_, frame_head, frame_head_size);
    out_end_ += frame_head_size;
    if (!piece.empty()) std::memcpy(out_.data() + out_end_, piece.data(), piece.size());
    out_end_ += piece.size();
    return true;
}

}  // namespace cloche::http
