#include "http/framing.hpp"

#include "http/head_bytes.hpp"

#include <algorithm>
#include <limits>

namespace cloche::http {
namespace {

constexpr unsigned most_digits = 16;
constexpr std::uint64_t largest_chunk = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t extension_per_chunk = 256;
constexpr std::size_t extension_per_body = 16 * 1024;
constexpr std::size_t trailer_bytes = 8 * 1024;

constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr bool is_control(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

}  // namespace

body_decoder::body_decoder(body_framing framing) noexcept {
    switch (framing.kind) {
        case body_kind::none:
            break;
        case body_kind::length:
            left_ = framing.length;
            state_ = left_ == 0 ? state::done : state::length;
            break;
        case body_kind::chunked:
            state_ = state::size;
            break;
        case body_kind::until_close:
            state_ = state::until_close;
            break;
    }
}

result<body_decoder::step> body_decoder::decode(std::string_view input) {
    step taken;
    for (;;) {
        const std::string_view rest = input.substr(taken.consumed);
        if (rest.empty() || state_ == state::done) return taken;
        if (state_ == state::length || state_ == state::until_close || state_ == state::data) {
            taken.content = take_content(rest);
            taken.consumed += taken.content.size();
            return taken;
        }
        if (!take_syntax(rest.front())) CLOCHE_FAIL(errc::bad_request);
        ++taken.consumed;
    }
}

std::string_view body_decoder::take_content(std::string_view input) noexcept {
    if (state_ == state::until_close) return input;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
    left_ -= size;
    if (left_ == 0) state_ = state_ == state::length ? state::done : state::data_cr;
    return input.substr(0, size);
}

bool body_decoder::begin_chunk() noexcept {
    if (digits_ == 0) return false;
    digits_ = 0;
    chunk_extension_ = 0;
    spent_ = left_ == 0 ? 0 : spent_;  // from here on it counts the trailers
    state_ = left_ == 0 ? state::trailer_start : state::data;
    return true;
}

bool body_decoder::take_extension(char c) noexcept {
    return !is_control(c) && ++chunk_extension_ <= extension_per_chunk &&
           ++spent_ <= extension_per_body;
}

// chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF, and behind the last one a trailer section
// (RFC 9112 section 7.1). No white space around the size: parsers differ about it, and what they
// differ about can be smuggled (PX-8).
bool body_decoder::take_syntax(char c) noexcept {
    switch (state_) {
        case state::size: {
            if (const int digit = hex_value(c); digit >= 0) {
                left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
                return ++digits_ <= most_digits && left_ <= largest_chunk;
            }
            state_ = c == ';' ? state::extension : state::size_lf;
            return digits_ != 0 && (c == ';' || c == '\r');
        }
        case state::extension:
            if (c == '\r') {
                state_ = state::size_lf;
                return true;
            }
            if (c == '"') state_ = state::quoted;
            return take_extension(c);
        case state::quoted:
            // Whoever reads the quotes would not see a line end in them as one.
            if (c == '"') state_ = state::extension;
            if (c == '\\') state_ = state::quoted_pair;
            return take_extension(c);
        case state::quoted_pair:
            state_ = state::quoted;
            return take_extension(c);
        case state::size_lf:
            return c == '\n' && begin_chunk();
        case state::data_cr:
            state_ = state::data_lf;
            return c == '\r';
        case state::data_lf:
            state_ = state::size;
            return c == '\n';
        case state::trailer_start:
            if (c == '\r') {
                state_ = state::final_lf;
                return true;
            }
            state_ = state::trailer_name;
            return (class_of(c) & tchar) != 0 && ++spent_ <= trailer_bytes;
        case state::trailer_name:
            if (c == ':') state_ = state::trailer_value;
            return (c == ':' || (class_of(c) & tchar) != 0) && ++spent_ <= trailer_bytes;
        case state::trailer_value:
            if (c == '\r') {
                state_ = state::trailer_lf;
                return true;
            }
            return !is_control(c) && ++spent_ <= trailer_bytes;
        case state::trailer_lf:
            state_ = state::trailer_start;
            return c == '\n';
        case state::final_lf:
            state_ = state::done;
            return c == '\n';
        case state::done:
        case state::length:
        case state::until_close:
        case state::data:
            break;
    }
    return false;
}

bool body_decoder::done() const noexcept {
    return state_ == state::done;
}

void body_decoder::at_close() noexcept {
    if (state_ == state::until_close) state_ = state::done;
}

std::uint64_t body_decoder::remaining() const noexcept {
    return state_ == state::length ? left_ : 0;
}

}  // namespace cloche::http
