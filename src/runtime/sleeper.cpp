#include "runtime/sleeper.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

namespace cloche::runtime {

task<void> sleeper::sleep(std::shared_ptr<sleeper> self, std::chrono::milliseconds at_most) {
    if (self->woken_.exchange(false)) co_return;
    // From here to the wait nothing else runs on this executor: a wake-up that was not seen above
    // is posted behind it.
    self->timer_.expires_after(at_most);
    error ignored;
    co_await self->timer_.async_wait(asio::redirect_error(use_task, ignored));
    self->woken_ = false;
}

void sleeper::wake() {
    if (woken_.exchange(true)) return;
    const auto executor = timer_.get_executor();
    asio::post(executor, [self = shared_from_this()] { self->timer_.cancel(); });
}

}  // namespace cloche::runtime
