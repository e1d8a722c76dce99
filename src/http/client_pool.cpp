#include "http/client_pool.hpp"

#include "http/tls.hpp"
#include "http/upstream_call.hpp"

#include <poll.h>

#include <vector>

namespace cloche::http {

namespace {

// Every so many ticks the kernel is asked which idle connections the upstream has closed.
constexpr unsigned ticks_between_looks = 4;
constexpr std::size_t most_spare = 64;

}  // namespace

client_shared::client_shared(origin to, const client_options& given)
    : where(std::move(to)),
      authority(where.authority()),
      options(given),
      open(std::make_shared<std::atomic<std::size_t>>(0)) {
    if (where.tls) tls = make_client_context(where.ca_file).value();
}

client_pool::client_pool(
    const runtime::io_executor& home,
    runtime::deadline_wheel& wheel,
    std::shared_ptr<const client_shared> shared
)
    : home_(home),
      wheel_(wheel),
      shared_(std::move(shared)),
      idle_(
          shared_->options.idle_per_thread,
          runtime::deadline_wheel::ticks_of(shared_->options.keep_alive)
      ),
      watch_(wheel, this, runtime::calls<&client_pool::on_tick>) {}

client_pool::~client_pool() = default;

call_lease::call_lease(
    std::shared_ptr<client_pool> pool, std::unique_ptr<upstream_call> call
) noexcept
    : pool_(std::move(pool)), call_(std::move(call)) {}

call_lease::call_lease(call_lease&&) noexcept = default;

call_lease::~call_lease() {
    if (call_) pool_->recycle(std::move(call_));
}

call_lease client_pool::lend() {
    std::unique_ptr<upstream_call> call;
    if (spare_.empty()) {
        call = std::make_unique<upstream_call>(*this);
    } else {
        call = std::move(spare_.back());
        spare_.pop_back();
    }
    return {shared_from_this(), std::move(call)};
}

void client_pool::recycle(std::unique_ptr<upstream_call> call) {
    call->reset();
    if (spare_.size() < most_spare) spare_.push_back(std::move(call));
}

client_pool::link_ptr client_pool::take(bool repeatable) {
    for (;;) {
        auto link = idle_.take();
        if (!link) return link;
        // What came while nobody had asked must not become the answer to this request (PX-12); and
        // a request that cannot be repeated must not be tried on a connection that is known to be
        // closed. To look costs a system call, which one that was busy a moment ago is spared.
        const bool busy_till_now = link->resting_since() == wheel_.now();
        if ((repeatable && busy_till_now) || !link->is_dead()) return link;
    }
}

client_pool::link_ptr client_pool::make() {
    return std::make_unique<upstream_link>(home_, wheel_, shared_->open);
}

void client_pool::put(link_ptr link, const exchange_end& end) {
    if (closed_) return;
    link->rest(wheel_.now());
    watch_.start();
    const auto closing = idle_.put(std::move(link), end, wheel_.now());
}

void client_pool::close() {
    closed_ = true;
    watch_.stop();
    while (idle_.take()) {
    }
}

void client_pool::on_tick() {
    while (idle_.expired(wheel_.now())) {
    }
    if (++ticks_ % ticks_between_looks == 0) close_dead();
    if (idle_.idle().empty()) watch_.stop();
}

// One system call for all of them.
void client_pool::close_dead() {
    std::vector<pollfd> asked;
    asked.reserve(idle_.idle().size());
    for (const auto& each : idle_.idle()) {
        asked.push_back({each.link->descriptor(), POLLIN | POLLRDHUP, 0});
    }
    if (asked.empty() || ::poll(asked.data(), asked.size(), 0) <= 0) return;
    for (auto place = asked.size(); place-- > 0;) {
        if (asked[place].revents != 0) idle_.remove(place);
    }
}

}  // namespace cloche::http
