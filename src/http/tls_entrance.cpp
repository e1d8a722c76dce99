#include "http/tls_entrance.hpp"

#include "http/server_shard.hpp"

namespace cloche::http {

using runtime::task;

tls_entrance::tls_entrance(
    std::shared_ptr<server_shard> shard, transport link, boost::asio::ip::address peer
)
    : connection(std::move(shard), std::move(link), std::move(peer)),
      limit_(shard_->wheel, this, runtime::calls<&tls_entrance::on_limit>) {}

task<tls_entrance::spoken> tls_entrance::run() {
    limit_.arm(shard_->options.head_timeout);
    error failed;
    while (!failed && !link_.has_news()) {
        co_await link_.wait_readable(failed);
    }
    if (failed || link_.is_over()) co_return spoken::nothing;
    if (!link_.offers_tls()) co_return spoken::no_tls;
    auto offered = shard_->options.tls->current();
    co_await link_.accept_tls(std::move(offered), failed);
    limit_.disarm();
    if (failed) co_return spoken::nothing;
    co_return link_.speaks_http2() ? spoken::http2 : spoken::http1;
}

void tls_entrance::on_limit() {
    link_.cancel();
}
void tls_entrance::wind_down() noexcept {
    link_.cancel();
}
void tls_entrance::break_off() noexcept {
    link_.reset();
}

}  // namespace cloche::http
