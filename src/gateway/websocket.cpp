#include "gateway/websocket.hpp"

#include "gateway/answer.hpp"
#include "gateway/live_answer.hpp"
#include "gateway/websocket_policy.hpp"
#include "http/tunnel.hpp"

#include <string>
#include <utility>

namespace cloche::gateway {

using runtime::task;
using namespace std::chrono_literals;

namespace {

// RFC 6455 section 7.4.1.
constexpr std::uint16_t going_away = 1001;
constexpr std::uint16_t policy_violation = 1008;

void end(http::tunnel& tunnel, live_end why) {
    if (why == live_end::session_over)
        tunnel.end(policy_violation, "the session is over");
    else
        tunnel.end(going_away, "the gateway stops");
}

/// Notes use once a second at most, however much is said.
class use_count {
public:
    explicit use_count(const request_context& rq) : rq_(rq) {}
    void operator()() {
        const monotonic now = rq_.gateway.time.ticks();
        if (!rq_.session || now - last_ < 1s) return;
        last_ = now;
        rq_.gateway.sessions.count_use(rq_.session->id);
    }

private:
    const request_context& rq_;
    monotonic last_;
};

}  // namespace

task<bool> admit_websocket(request_context& rq, bool listed) {
    const std::string_view fault = handshake_fault(rq.head());
    if (!listed) {
        co_await refuse(
            rq, problem::forbidden, std::string("No WebSocket may be opened at this path.")
        );
    } else if (!fault.empty()) {
        co_await refuse(rq, problem::bad_request, std::string(fault));
    }
    co_return listed&& fault.empty();
}

bool agree_to_websocket(
    request_context& rq, http::upstream_exchange exchange, outgoing_fields& fields
) {
    const std::string_view agreed = exchange.head().value(http::field_id::upgrade);
    fields.add("Upgrade", "websocket");
    rq.let_go_of_head();
    const bool switched = http::equal_ignoring_case(agreed, "websocket") &&
                          rq.stream.switch_protocols(fields.all()).has_value();
    if (!switched) {
        exchange.discard();
        return false;
    }
    rq.switched.emplace(std::move(exchange));
    return true;
}

task<void> run_websocket(request_context& rq) {
    http::upstream_exchange exchange = std::move(*rq.switched);
    rq.switched.reset();
    const auto tunnel = exchange.open_tunnel(rq.stream, use_count(rq));
    const live_answer open(rq, live_kind::websocket, [&tunnel](live_end why) {
        end(*tunnel, why);
    });
    co_await tunnel->run();
}

}  // namespace cloche::gateway
