// WebSockets through the gateway: who may open one, and how long it lasts.
#pragma once

#include "gateway/outgoing_fields.hpp"
#include "gateway/request_context.hpp"
#include "http/upstream_exchange.hpp"
#include "runtime/task.hpp"

namespace cloche::gateway {

/// Before the session is asked for. False: `rq`, which asks for a WebSocket, was refused. `listed`:
/// the path is one where it may.
runtime::task<bool> admit_websocket(request_context& rq, bool listed);

/// The upstream has agreed with 101, and `fields` are those of its answer: agrees too, and carries
/// bytes both ways until one side has had enough or the session is over, which closes it with 1008
/// (WS-2). What the browser sends counts as use; a refresh disturbs nothing. Afterwards `fields`
/// and what `rq` views of the head are gone, but for the path.
runtime::task<void> run_websocket(
    request_context& rq, http::upstream_exchange& exchange, outgoing_fields& fields
);

}  // namespace cloche::gateway
