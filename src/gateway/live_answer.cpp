#include "gateway/live_answer.hpp"

#include <utility>

namespace cloche::gateway {

live_answer::live_answer(
    const request_context& rq, live_kind kind, std::function<void(live_end)> end
)
    : rq_(rq), kind_(kind), end_(std::move(end)) {
    rq.gateway.metrics.live_opened(kind);
    rq.stream.when_draining([this] { act(live_end::gateway_stops); });
    if (!rq.session) return;
    const auto executor = rq.stream.executor();
    watch_ = rq.gateway.sessions.watch_end(executor, rq.session->id, [this] {
        rq_.gateway.metrics.live_ended();
        act(live_end::session_over);
    });
}

live_answer::~live_answer() {
    rq_.stream.when_draining({});
    if (watch_) watch_->stop();
    rq_.gateway.metrics.live_closed(kind_);
}

void live_answer::act(live_end why) {
    if (const auto end = std::exchange(end_, {})) end(why);
}

}  // namespace cloche::gateway
