#include "http/upstream_link.hpp"

#include <algorithm>

namespace cloche::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using runtime::task;
using std::chrono::milliseconds;

upstream_link::upstream_link(
    const runtime::io_executor& home,
    runtime::deadline_wheel& wheel,
    std::shared_ptr<std::atomic<std::size_t>> counted
)
    : stream_(tcp_socket(home)),
      read_limit_(wheel, this, runtime::calls<&upstream_link::on_read_limit>),
      write_limit_(wheel, this, runtime::calls<&upstream_link::on_write_limit>),
      count_(std::move(counted)) {
    count_->fetch_add(1, std::memory_order_relaxed);
}

upstream_link::~upstream_link() {
    stream_.close();
    count_->fetch_sub(1, std::memory_order_relaxed);
}

error upstream_link::end_of_stream() noexcept {
    return asio::error::eof;
}

void upstream_link::stop(error why) noexcept {
    if (!stopped_) stopped_ = why;
    if (lookup_) lookup_->leave();
    stream_.close();
}

void upstream_link::on_read_limit() {
    too_slow_ = true;
    if (lookup_) lookup_->leave();
    stream_.cancel();
}

void upstream_link::on_write_limit() {
    too_slow_ = true;
    stream_.cancel();
}

task<error> upstream_link::connect(
    const origin& where, asio::ssl::context* tls, milliseconds limit
) {
    using clock = std::chrono::steady_clock;
    const auto until = clock::now() + limit;
    const auto left = [until] {
        const auto span = std::chrono::duration_cast<milliseconds>(until - clock::now());
        return std::max(span, milliseconds(1));
    };
    auto addresses = co_await addresses_of(where, limit);
    bool connected = false;
    bool slow = too_slow_;
    for (std::size_t i = 0; i < addresses.size() && !connected && !stopped_; ++i) {
        // One that does not answer must leave time for those behind it.
        const auto share = left() / static_cast<int>(addresses.size() - i);
        connected = co_await connect_to(addresses[i], share);
        slow = too_slow_;
    }
    if (stopped_) co_return stopped_;
    if (!connected) co_return make_error_code(slow ? errc::connect_timeout : errc::connect_failed);

    error ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    if (!where.tls) co_return error();
    error failed;
    too_slow_ = false;
    read_limit_.arm(left());
    co_await stream_.start_tls(*tls, where.host, failed);
    read_limit_.disarm();
    if (stopped_) co_return stopped_;
    if (failed && too_slow_) co_return make_error_code(errc::connect_timeout);
    if (failed) co_return make_error_code(errc::tls_failed);
    co_return error();
}

// Empty if there is none, or none in time.
task<std::vector<tcp::endpoint>> upstream_link::addresses_of(
    const origin& where, milliseconds limit
) {
    lookup_ = runtime::name_lookup::begin(stream_.socket().get_executor(), where.host, where.port);
    too_slow_ = false;
    read_limit_.arm(limit);
    co_await lookup_->wait();
    read_limit_.disarm();
    std::vector<tcp::endpoint> found = lookup_->found();
    lookup_ = nullptr;
    co_return found;
}

task<bool> upstream_link::connect_to(tcp::endpoint where, milliseconds limit) {
    error failed;
    too_slow_ = false;
    read_limit_.arm(limit);
    co_await stream_.connect(where, failed);
    read_limit_.disarm();
    // A socket that has failed to connect cannot be used for the next address.
    if (failed) stream_.close();
    co_return !failed;
}

bool upstream_link::send_now(gather& pieces, error& failed) noexcept {
    if (!stream_.send_now(pieces, failed)) return false;
    if (failed) failed = reason_of(failed);
    return true;
}

task<error> upstream_link::send(gather& pieces, milliseconds limit) {
    error failed;
    while (!pieces.empty() && !failed) {
        write_limit_.arm(limit);
        auto sent = co_await stream_.write_some(pieces, failed);
        pieces.consume(sent);
    }
    write_limit_.disarm();
    if (failed) co_return reason_of(failed);
    co_return error();
}

bool upstream_link::read_now(asio::mutable_buffer space, std::size_t& got, error& failed) noexcept {
    const bool done = stream_.read_now(space, got, failed);
    if (failed) failed = reading_failed_by(failed);
    return done;
}

error upstream_link::reading_failed_by(const error& failed) const noexcept {
    if (failed == asio::error::eof && !stopped_) return failed;
    return reason_of(failed);
}

void upstream_link::limit_reading(milliseconds limit) {
    too_slow_ = false;
    read_limit_.arm(limit);
}

error upstream_link::reason_of(const error& failed) const noexcept {
    if (stopped_) return stopped_;
    const bool slow = too_slow_ && failed == asio::error::operation_aborted;
    return make_error_code(slow ? errc::upstream_timeout : errc::upstream_reset);
}

}  // namespace cloche::http
