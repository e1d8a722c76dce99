// The connections to a PostgreSQL database that belong to one I/O thread: made on demand, lent to
// one query at a time, in the order of asking but for those that go ahead.
//
// For postgres_pool; all but the constructor on the lane's own thread. Held by what runs on it: it
// must not outlive its event loop.
#pragma once

#include "db/call_order.hpp"
#include "db/postgres_connection.hpp"
#include "runtime/async_signal.hpp"
#include "runtime/deadline_wheel.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cloche::db {

/// What the lanes of a pool share.
class postgres_shared {
public:
    explicit postgres_shared(postgres_address to) : address(std::move(to)) {}

    const postgres_address address;
    std::atomic<std::size_t> good_host = 0;  ///< where the latest connection led to

    void note_failure(const std::string& words);
    std::string last_failure() const;

private:
    mutable std::mutex mutex_;
    std::string failure_;
};

class postgres_lane {
public:
    static constexpr std::size_t most_connections = 4;
    static constexpr std::size_t most_waiting = 1'000;

    postgres_lane(boost::asio::io_context& loop, std::shared_ptr<postgres_shared> shared);

    boost::asio::io_context& loop() noexcept { return loop_; }

    /// Errors: unavailable, also where too many wait already; constraint.
    runtime::task<result<postgres_rows>> run(const postgres_query& query, call_order order);

    /// Nothing more is run. The connections that are lent are closed when they come back.
    void close();

private:
    using connection_ptr = std::unique_ptr<postgres_connection>;
    using clock = std::chrono::steady_clock;

    /// Woken once: with a connection, with a refusal, or to look again.
    struct waiter : boost::intrusive::list_base_hook<
                        boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
        waiter(boost::asio::io_context& loop, call_order asked);
        void wake();
        void on_limit();

        const call_order order;
        runtime::async_signal woken;
        runtime::deadline limit;
        connection_ptr given;
        bool refused = false;
    };
    using waiter_list = boost::intrusive::list<waiter, boost::intrusive::constant_time_size<false>>;

    runtime::task<result<connection_ptr>> take(call_order order);
    void queue(waiter& next);
    runtime::task<connection_ptr> connect();
    connection_ptr take_idle();
    void give_back(connection_ptr used);
    void forget_idle();
    void refuse_all();
    bool may_connect() const;
    /// No connection, and none could be made the last time.
    bool is_away() const noexcept { return failures_ > 0 && open_ == connecting_; }

    boost::asio::io_context& loop_;
    std::shared_ptr<postgres_shared> shared_;
    std::vector<connection_ptr> idle_;
    waiter_list waiters_;
    std::size_t waiting_ = 0;
    std::size_t open_ = 0;        ///< with those that are being made
    std::size_t connecting_ = 0;  ///< being made
    unsigned failures_ = 0;       ///< to connect, in a row
    clock::time_point retry_at_{};
    bool closed_ = false;
};

}  // namespace cloche::db
