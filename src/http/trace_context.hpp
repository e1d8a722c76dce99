// Trace context in and out (W3C Trace Context), and the id that names a request in logs and
// answers. Pure: random bytes are the caller's.
#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cloche::http {

/// traceparent = version "-" trace-id "-" parent-id "-" trace-flags. Views into the field.
struct trace_parent {
    std::string_view trace_id;   ///< 32 hex digits
    std::string_view parent_id;  ///< 16
    std::string_view flags;      ///< 2
};
/// Nothing if it is not valid, and must be passed over. Later versions may be longer (section 4.3).
std::optional<trace_parent> parse_traceparent(std::string_view value) noexcept;

constexpr std::size_t traceparent_random = 24;
constexpr std::size_t request_id_random = 16;

/// The traceparent to send on: the trace of `incoming` with a parent of our own or, if that is not
/// valid, a new trace. A new one is marked as sampled: we record nothing ourselves, and must not
/// keep those behind us from recording. `random`: at least traceparent_random bytes.
std::string next_traceparent(std::string_view incoming, std::string_view random);

/// Ours, from `random` (at least request_id_random bytes); the one that came in only where the peer
/// is a trusted proxy and it is 1 to 128 letters, digits and `-._:`, so that no client writes into
/// the logs.
std::string request_id(std::string_view incoming, bool peer_is_trusted, std::string_view random);

}  // namespace cloche::http
