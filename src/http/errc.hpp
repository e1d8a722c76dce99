// What can go wrong while HTTP is spoken, on either side.
#pragma once

#include "base/result.hpp"

namespace cloche::http {

enum class errc {
    bad_request = 1,  ///< the head or the framing breaks RFC 9112; answered 400, connection closed
    headers_too_large,   ///< head over `limits.head`, or too many fields; 431
    uri_too_long,        ///< target over 8 KiB; 414
    not_implemented,     ///< a transfer coding other than `chunked`, or an unknown method form; 501
    expectation_failed,  ///< an Expect other than 100-continue; 417
    body_too_large,      ///< body over the limit; 413
    request_timeout,     ///< head or body too slow; 408
    client_gone,         ///< the browser closed the connection
    connect_failed,      ///< upstream: no connection. The request was surely not sent
    connect_timeout,     ///< upstream: no connection in time. Surely not sent
    tls_failed,          ///< upstream: handshake or certificate. Surely not sent
    upstream_reset,    ///< upstream closed before or during its answer; whether it acted is unknown
    upstream_timeout,  ///< upstream silent for too long; whether it acted is unknown
    upstream_invalid,  ///< upstream's answer breaks RFC 9112; whether it acted is unknown
    bad_field,         ///< a field with CR, LF or NUL was about to be sent (PX-20)
    closing,           ///< the server is draining
    https_expected,    ///< something else than TLS came to a listener of TLS; 400
};
const boost::system::error_category& http_category() noexcept;
inline error make_error_code(errc e) {
    return {static_cast<int>(e), http_category()};
}

}  // namespace cloche::http

template <>
struct boost::system::is_error_code_enum<cloche::http::errc> : std::true_type {};
