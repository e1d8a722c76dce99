#include "http/connection.hpp"

#include "http/server_shard.hpp"
#include "runtime/block_pool.hpp"

namespace cloche::http {

using namespace std::chrono_literals;

namespace {

constexpr auto linger_time = 2s;

}  // namespace

connection::connection(
    std::shared_ptr<server_shard> shard, transport link, boost::asio::ip::address peer
)
    : shard_(std::move(shard)), link_(std::move(link)), peer_(std::move(peer)) {
    shard_->connections.push_back(*this);
    shard_->count->enter();
}

connection::connection(take_over, connection& before)
    : connection(before.shard_, std::move(before.link_), before.peer_) {}

connection::~connection() {
    link_.close();
    shard_->count->leave();
}

runtime::task<void> connection::linger() {
    link_.shutdown_send();
    runtime::deadline limit(shard_->wheel, this, runtime::calls<&connection::stop_lingering>);
    limit.arm(linger_time);
    const runtime::block nowhere(runtime::block::small);
    const boost::asio::mutable_buffer space(nowhere.data(), nowhere.size());
    error failed;
    while (!failed && limit.armed()) {
        co_await link_.read_some(space, failed);
    }
}

void connection::stop_lingering() {
    link_.cancel();
}

}  // namespace cloche::http
