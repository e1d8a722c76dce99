#include "http/http2_head.hpp"

namespace cloche::http {
namespace {

// What a line of a head has besides its name and its value: `: ` and CRLF.
constexpr std::size_t line_overhead = 4;
// Of a usual head, so that it grows once.
constexpr std::size_t usual_size = 1024;

}  // namespace

void http2_head::fail(errc why) {
    if (!fault_) fault_ = make_error_code(why);
}

void http2_head::add(std::string_view name, std::string_view value, const head_limits& limits) {
    size_ += name.size() + value.size() + line_overhead;
    if (size_ > limits.bytes) {
        const bool endless = name == ":path" && value.size() > limits.target;
        fail(endless ? errc::uri_too_long : errc::headers_too_large);
    }
    if (fault_) return;
    if (name.starts_with(':')) {
        take_pseudo(name, value, limits);
        return;
    }
    begin_lines();
    if (name == "cookie") {
        if (!cookies_.empty()) cookies_.append("; ");
        cookies_.append(value);
    } else if (name == "host" && !authority_.empty()) {
        // A second opinion of where this goes (PX-6).
        if (!equal_ignoring_case(value, authority_)) fail(errc::bad_request);
    } else {
        writer_.field(name, value);
    }
}

void http2_head::take_pseudo(
    std::string_view name, std::string_view value, const head_limits& limits
) {
    if (name == ":method") {
        method_ = value;
    } else if (name == ":path") {
        // The absolute form is for proxies of HTTP/1.1 (RFC 9113 section 8.3.1).
        if (!value.starts_with('/') && value != "*") fail(errc::bad_request);
        if (value.size() > limits.target) fail(errc::uri_too_long);
        target_ = value;
    } else if (name == ":scheme") {
        if (value != "https") fail(errc::bad_request);
    } else if (name == ":authority") {
        authority_ = value;
    } else {
        fail(errc::bad_request);
    }
}

void http2_head::begin_lines() {
    if (begun_) return;
    begun_ = true;
    text_.reserve(usual_size);
    writer_.request_line(method_, method_ == "CONNECT" ? authority_ : target_);
    if (!authority_.empty()) writer_.field("host", authority_);
}

result<void> http2_head::finish(bool ends, const head_limits& limits, request_head& head) {
    begin_lines();
    if (!cookies_.empty()) writer_.field("cookie", cookies_);
    if (fault_) return fault_;
    if (!writer_.finish()) CLOCHE_FAIL(errc::bad_request);
    auto parsed = parse_request_head(text_, limits, head);
    if (!parsed) return parsed;
    head.version_major = 2;
    head.version_minor = 0;
    if (ends) return parsed;
    // Where the body ends is HTTP/2's to say: a body of no declared length is one of any.
    if (head.framing.kind == body_kind::none) head.framing.kind = body_kind::chunked;
    head.expects_continue = head.find(field_id::expect) != nullptr;
    return parsed;
}

}  // namespace cloche::http
