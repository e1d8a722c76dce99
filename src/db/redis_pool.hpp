// Calls to one Redis server from any thread: a few connections for each I/O thread, made when they
// are wanted.
//
// While the server is away calls fail at once, and it is looked for again now and then: after 100
// ms, then half as often each time, up to 2 s.
#pragma once

#include "db/call_order.hpp"
#include "db/redis_link.hpp"
#include "db/redis_target.hpp"
#include "db/redis_value.hpp"
#include "runtime/io_threads.hpp"
#include "runtime/task.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace cloche::db {

struct redis_pool_options {
    std::size_t connections = 4;  ///< for each I/O thread
    std::size_t waiting = 256;    ///< calls that may wait for a connection, for each I/O thread
    std::chrono::milliseconds connect_limit{2'000};
    std::chrono::milliseconds call_limit{2'000};  ///< also of waiting for a connection

    redis_pool_options() = default;
};

/// Whether a call may be made twice, where a connection that had been idle fails under it.
enum class redis_repeat { no, yes };

class redis_pool {
public:
    /// Connects to nothing yet. What runs on `threads` may outlive the pool.
    redis_pool(
        runtime::io_threads& threads,
        std::shared_ptr<const redis_target> where,
        const redis_pool_options& options
    );
    /// Closes the connections, each on its thread.
    ~redis_pool();
    redis_pool(const redis_pool&) = delete;
    redis_pool& operator=(const redis_pool&) = delete;

    /// Any thread; completes on the caller's executor. A command that the server refused is a reply
    /// like others. Errors: unavailable, with all that was said possibly done.
    runtime::task<result<redis_link::replies>> call(
        redis_commands commands, redis_repeat repeat, call_order order = call_order::in_turn
    );

    /// Words for the latest failure; for the log.
    std::string last_failure() const;

private:
    class lane;
    class lease;
    struct waiter;
    struct shared;

    static runtime::task<result<redis_link::replies>> run(
        std::shared_ptr<lane> own, redis_commands commands, redis_repeat repeat, call_order order
    );
    static runtime::task<result<lease>> take(std::shared_ptr<lane> own, call_order order);
    static runtime::task<result<lease>> connect(std::shared_ptr<lane> own);

    std::shared_ptr<shared> shared_;
    std::vector<std::shared_ptr<lane>> lanes_;  ///< one for each I/O thread
};

}  // namespace cloche::db
