// The head of a request as the upstream gets it: what the browser sent, less what is not its
// business or could deceive it, and what the gateway says instead.
#pragma once

#include "gateway/forward.hpp"
#include "gateway/outgoing_fields.hpp"

namespace cloche::gateway {

/// Fills `out`. First everything that must go is left out, then ours is added, so that a client can
/// neither delete nor forge it (PX-9, BF-7). `rq.session` decides the bearer token.
void write_request(const request_context& rq, const forwarding& how, outgoing_fields& out);

/// True if the request has been through this gateway before (PX-10).
bool is_loop(const request_context& rq);

}  // namespace cloche::gateway
