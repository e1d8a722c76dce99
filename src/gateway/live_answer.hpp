// An answer that is meant to stay open: a WebSocket, a stream of events. Counted while it is, and
// ended when its session is over (LO-6) or the gateway stops.
#pragma once

#include "gateway/request_context.hpp"
#include "session/end_watch.hpp"

#include <functional>
#include <memory>

namespace cloche::gateway {

enum class live_end { session_over, gateway_stops };

class live_answer {
public:
    /// `end` is called once at most, on the stream's executor, until this goes.
    live_answer(const request_context& rq, live_kind kind, std::function<void(live_end)> end);
    ~live_answer();
    live_answer(const live_answer&) = delete;
    live_answer& operator=(const live_answer&) = delete;

private:
    void act(live_end why);

    const request_context& rq_;
    const live_kind kind_;
    std::function<void(live_end)> end_;
    std::shared_ptr<session::end_watch> watch_;
};

}  // namespace cloche::gateway
