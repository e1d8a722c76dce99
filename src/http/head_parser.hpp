// The strict HTTP/1.1 head parser: a block of bytes in, a table of views out. Pure.
//
// Not for bodies (framing.hpp), nor for what a target or a field means. For the connections of both
// sides.
//
//     request-line   = method SP request-target SP HTTP-version CRLF          (RFC 9112 section 3)
//     status-line    = HTTP-version SP status-code SP [ reason-phrase ] CRLF  (section 4)
//     field-line     = field-name ":" OWS field-value OWS CRLF                (section 5)
//
// Stricter than the RFC where leniency lets requests be smuggled (PX-1 to PX-6): no bare CR or LF,
// no obs-fold, no space before the colon, one Host, one Content-Length in digits only, never both
// Content-Length and Transfer-Encoding, `chunked` alone and on HTTP/1.1 only.
#pragma once

#include "base/result.hpp"
#include "http/errc.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <string_view>

namespace cloche::http {

struct head_limits {
    std::size_t bytes = 32 * 1024;  ///< the whole head with its final CRLF
    std::size_t fields = 128;
    std::size_t target = 8 * 1024;
};

/// Bytes of `buffer` up to and with the empty line that ends a head; 0 while it is not there.
/// `scanned` is the caller's memory of how far earlier calls looked, so that a head that trickles
/// in is looked through once.
std::size_t find_head_end(std::string_view buffer, std::size_t& scanned) noexcept;

/// `block` is a whole head, with its final empty line; one empty line may stand before it. `head`
/// keeps its capacity between calls, and its views show `block`. HTTP/1.0 needs a Host too (PX-6),
/// and the authority of an absolute form must be that of Host. Fields that say what a request may
/// do (Host, framing, Content-Type, Authorization, Origin, Sec-Fetch-*, Expect) are refused when
/// repeated. After an error nothing of `head` means anything. Errors: bad_request,
/// headers_too_large, uri_too_long, not_implemented, expectation_failed.
result<void> parse_request_head(
    std::string_view block, const head_limits& limits, request_head& head
);

/// `request_verb` decides whether the answer has a body (HEAD has none; 1xx, 204 and 304 neither,
/// PX-15). Errors: upstream_invalid.
result<void> parse_response_head(
    std::string_view block, const head_limits& limits, method request_verb, response_head& head
);

}  // namespace cloche::http
