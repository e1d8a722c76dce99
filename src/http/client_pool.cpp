#include "http/client_pool.hpp"

#include "http/tls.hpp"
#include "http/upstream_call.hpp"

#include <stdexcept>

namespace cloche::http {

namespace {

constexpr std::size_t most_spare = 64;

}  // namespace

client_shared::client_shared(origin to, const client_options& given)
    : where(std::move(to)),
      authority(where.authority()),
      options(given),
      open(std::make_shared<std::atomic<std::size_t>>(0)) {
    if (!where.tls) return;
    std::string why;
    tls = make_client_context(where.ca_file, where.own, why);
    if (!tls) throw std::invalid_argument(why);
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

client_pool::link_ptr client_pool::take() {
    for (;;) {
        auto link = idle_.take();
        // What came while nobody had asked must not become the answer to this request (PX-12).
        if (!link || !link->is_dead()) return link;
    }
}

client_pool::link_ptr client_pool::make() {
    return std::make_unique<upstream_link>(home_, wheel_, shared_->open);
}

void client_pool::put(link_ptr link, const exchange_end& end) {
    if (closed_) return;
    link->rest();
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
    // Those that the upstream has closed, so that its sockets need not wait for our next request.
    for (std::size_t place = idle_.idle().size(); place-- > 0;) {
        const auto& link = idle_.idle()[place].link;
        if (link->may_read() && link->is_dead()) idle_.remove(place);
    }
    if (idle_.idle().empty()) watch_.stop();
}

}  // namespace cloche::http
