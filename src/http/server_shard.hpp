// What the connections of one I/O thread share. For `server` and the connections only.
#pragma once

#include "http/client_stream.hpp"
#include "http/connection.hpp"
#include "http/head_parser.hpp"
#include "http/server.hpp"

#include <atomic>
#include <condition_variable>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace cloche::http {

/// Counts the connections of all threads; who drains waits for the last one.
class census {
public:
    void enter() noexcept { open_.fetch_add(1, std::memory_order_relaxed); }
    void leave() noexcept;
    std::size_t open() const noexcept { return open_.load(std::memory_order_relaxed); }
    /// False if some are left at `until`.
    bool wait_empty(std::chrono::steady_clock::time_point until);
    void wait_empty();

private:
    std::atomic<std::size_t> open_{0};
    std::mutex guard_;
    std::condition_variable emptied_;
};

/// Connections hold it, so that they may outlive the server at the end of the process.
struct server_shard {
    server_shard(
        const runtime::io_executor& home,
        runtime::deadline_wheel& time_limits,
        const server_options& given,
        exchange_handler& exchanges,
        std::shared_ptr<census> counted
    );

    /// The value of a Date field (RFC 9110 section 6.6.1), made once a second.
    std::string_view date();

    runtime::io_executor executor;
    runtime::deadline_wheel& wheel;
    server_options options;
    head_limits limits;
    exchange_handler& handler;
    std::shared_ptr<census> count;
    std::uint16_t port = 0;
    bool draining = false;
    std::size_t turned_away = 0;  ///< connections that are being refused
    runtime::detail::wheel_list<connection> connections;

private:
    std::time_t date_at_ = 0;
    std::string date_;
};

}  // namespace cloche::http
