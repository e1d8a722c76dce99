// The field names that the program looks at, as numbers, so that a head is looked through without comparing text.
#pragma once

#include <cstdint>
#include <string_view>

namespace cloche::http {

enum class field_id : std::uint8_t {
    other,
    accept,
    authorization,
    cache_control,
    connection,
    content_length,
    content_type,
    cookie,
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
};

/// Without regard to case. One hash and one comparison.
field_id identify(std::string_view name) noexcept;

}  // namespace cloche::http
