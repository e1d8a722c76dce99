// The words that every part of HTTP shares: fields, heads, replies. No I/O.
#pragma once

#include "http/field_id.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::http {

/// A view of one field line. Names keep the case they came in; compare by `id`, or without case.
struct field {
    field_id id = field_id::other;
    std::string_view name;
    std::string_view value;  ///< without white space around it
};

enum class method { get, head, post, put, patch, del, options, trace, connect, other };

/// How a body is delimited (RFC 9112 section 6.3).
enum class body_kind {
    none,
    length,
    chunked,
    until_close,  ///< answers only
};

struct body_framing {
    body_kind kind = body_kind::none;
    std::uint64_t length = 0;  ///< with body_kind::length
};

/// A request's head as it was parsed. Views into the connection's buffer: valid until the exchange
/// ends or switches protocols.
struct request_head {
    method verb = method::other;
    std::string_view method_name;
    std::string_view target;  ///< as it came: origin form, absolute form or `*`
    int version_major = 1;
    int version_minor = 1;
    std::vector<field> fields;
    body_framing framing;
    bool keep_alive = true;
    bool expects_continue = false;

    /// The first field of that name, or nothing. Repeated fields that must not be are refused while
    /// parsing.
    const field* find(field_id id) const noexcept;
    std::string_view value(field_id id) const noexcept;  ///< empty when absent
};

struct response_head {
    unsigned status = 0;
    std::string_view reason;
    int version_minor = 1;
    std::vector<field> fields;
    body_framing framing;
    bool keep_alive = true;

    const field* find(field_id id) const noexcept;
    std::string_view value(field_id id) const noexcept;
};

/// A field to be sent. Views: what they show must live until the head has been started.
struct out_field {
    std::string_view name;
    std::string_view value;
};

/// A whole answer of our own, small enough to be held.
struct reply {
    unsigned status = 200;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;

    reply() = default;
    reply(unsigned status_code, std::string content_type, std::string content);
    reply& with(std::string name, std::string value);
};

/// By its name, whose letters count (RFC 9110 section 9.1).
method method_of(std::string_view name) noexcept;
/// Safe to send twice (RFC 9110 section 9.2.2), of those that may have to be.
bool is_idempotent(method verb) noexcept;
std::string_view reason_phrase(unsigned status) noexcept;
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;  ///< ASCII

}  // namespace cloche::http
