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

/// The upstream has said 101, and `fields` are those of its answer: agrees with both. `exchange` is
/// rq.switched then. False: there was no agreement, and nothing was sent. Either way what `rq`
/// views of the head is gone, but for the path.
bool agree_to_websocket(
    request_context& rq, http::upstream_exchange exchange, outgoing_fields& fields
);

/// Carries bytes both ways over rq.switched, until one side has had enough or the session is over,
/// which closes it with 1008 (WS-2). What the browser sends counts as use; a refresh disturbs
/// nothing.
runtime::task<void> run_websocket(request_context& rq);

}  // namespace cloche::gateway
