#include "http/server_shard.hpp"

#include <array>

namespace cloche::http {

void census::leave() noexcept {
    if (open_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    // Under the lock, or a waiter that has just looked would sleep through it.
    const std::lock_guard lock(guard_);
    emptied_.notify_all();
}

bool census::wait_empty(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(guard_);
    return emptied_.wait_until(lock, until, [this] { return open() == 0; });
}

void census::wait_empty() {
    std::unique_lock lock(guard_);
    emptied_.wait(lock, [this] { return open() == 0; });
}

server_shard::server_shard(
    const runtime::io_executor& home,
    runtime::deadline_wheel& time_limits,
    const server_options& given,
    exchange_handler& exchanges,
    std::shared_ptr<census> counted
)
    : executor(home),
      wheel(time_limits),
      options(given),
      handler(exchanges),
      count(std::move(counted)) {
    limits.bytes = given.head_bytes;
}

std::string_view server_shard::date() {
    const auto now = std::time(nullptr);
    if (now == date_at_) return date_;
    date_at_ = now;
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 40> text{};
    // The process never sets a locale: the names are the C locale's, as RFC 9110 section 5.6.7
    // wants them.
    date_.assign(
        text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)
    );
    return date_;
}

}  // namespace cloche::http
