#include "http/http2_answer_head.hpp"

#include "http/field_id.hpp"
#include "http/head_bytes.hpp"

#include <charconv>

namespace cloche::http {
namespace {

template <std::size_t Size>
std::string_view to_text(std::uint64_t number, std::array<char, Size>& into) {
    char* const first = into.data();
    return {first, std::to_chars(first, first + Size, number).ptr};
}

/// nghttp2's type is not const, though it only reads.
std::uint8_t* bytes_of(const char* text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text));  // NOLINT
}

/// What would tell its next neighbour in the table something, or is never seen again.
std::uint8_t flags_of(std::string_view name) {
    switch (identify(name)) {
        case field_id::set_cookie:
        case field_id::x_request_id:
            return NGHTTP2_NV_FLAG_NO_INDEX;
        default:
            return NGHTTP2_NV_FLAG_NONE;
    }
}

}  // namespace

void http2_answer_head::status(unsigned code) {
    names_.clear();
    fields_.clear();
    bad_ = code < 100 || code > 999;
    field(":status", to_text(code, status_));
}

void http2_answer_head::field(std::string_view name, std::string_view value) {
    // RFC 9110 section 5.5; `:status` is ours.
    bad_ = bad_ || !(is_token(name) || fields_.empty()) || !is_clean(value, 0);
    nghttp2_nv& line = fields_.emplace_back();
    line.namelen = name.size();
    line.value = bytes_of(value.data());
    line.valuelen = value.size();
    line.flags = flags_of(name);
    for (const char c : name)
        names_.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c);
}

void http2_answer_head::content_length(std::uint64_t bytes) {
    field("content-length", to_text(bytes, length_));
}

result<std::span<const nghttp2_nv>> http2_answer_head::finish() {
    if (bad_) CLOCHE_FAIL(errc::bad_field);
    // Now that they do not move any more.
    const char* name = names_.data();
    for (nghttp2_nv& line : fields_) {
        line.name = bytes_of(name);
        name += line.namelen;
    }
    return std::span<const nghttp2_nv>(fields_);
}

}  // namespace cloche::http
