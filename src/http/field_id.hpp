// The field names that the program looks at, as numbers, so that a head is looked through without
// comparing text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cloche::http {

enum class field_id : std::uint8_t {
    other,
    accept,
    accept_language,
    authorization,
    cache_control,
    connection,
    content_length,
    content_type,
    cookie,
    date,
    expect,
    forwarded,
    host,
    if_modified_since,
    if_none_match,
    keep_alive,
    location,
    origin,
    proxy_authenticate,
    proxy_authorization,
    proxy_connection,
    range,
    retry_after,
    sec_fetch_dest,
    sec_fetch_mode,
    sec_fetch_site,
    server,
    set_cookie,
    te,
    traceparent,
    tracestate,
    trailer,
    transfer_encoding,
    upgrade,
    user_agent,
    via,
    www_authenticate,
    x_csrf,
    x_forwarded_for,
    x_forwarded_host,
    x_forwarded_port,
    x_forwarded_proto,
    x_real_ip,
    x_request_id,
    underscored,  ///< a name with `_`: CGI and its heirs take it for one with `-`, so it is never
                  ///< sent on (FW-4)
};

inline constexpr std::size_t field_id_count = static_cast<std::size_t>(field_id::underscored) + 1;

/// Without regard to case; `other` for a name that is not listed. One hash and one comparison.
field_id identify(std::string_view name) noexcept;

}  // namespace cloche::http
