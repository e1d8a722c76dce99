// The head of an upstream's answer as the browser gets it.
#pragma once

#include "gateway/forward.hpp"
#include "gateway/outgoing_fields.hpp"

namespace cloche::gateway {

/// Fills `out` with the fields of `from`, less what is between the gateway and its upstream
/// (hop-by-hop fields, framing, password prompts, cookies that are not to pass), plus what every
/// proxied answer carries and the cookie changes of `rq`.
void write_response(
    request_context& rq,
    const forwarding& how,
    const http::response_head& from,
    outgoing_fields& out
);

}  // namespace cloche::gateway
