#include "http/pool_fsm.hpp"

namespace cloche::http {

bool is_reusable(const exchange_end& end) noexcept {
    return end.request_complete && end.answer_complete && !end.surplus && end.keep_alive;
}

after_failure decide(const failed_try& what) noexcept {
    // A connection that the other end gave up while it was idle; a new one would have said more.
    const bool stale = what.reused && !what.answered && !what.stopped;
    if (!stale || what.fresh_wanted) return after_failure::give_up;
    if (!what.sent) return after_failure::take_another;
    if (what.repeatable && !what.repeated) return after_failure::repeat_fresh;
    return after_failure::give_up;
}

}  // namespace cloche::http
