// A PostgreSQL database for all threads: each I/O thread has a few connections of its own.
//
// While the server is away, calls fail at once; every now and then one of them tries it again.
#pragma once

#include "db/call_order.hpp"
#include "db/postgres.hpp"
#include "db/postgres_address.hpp"
#include "runtime/io_threads.hpp"
#include "runtime/task.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cloche::db {

class postgres_lane;
class postgres_shared;

class postgres_pool {
public:
    /// `threads` outlives the pool, and ends what still runs for it.
    postgres_pool(runtime::io_threads& threads, const postgres_address& address);
    ~postgres_pool();
    postgres_pool(const postgres_pool&) = delete;
    postgres_pool& operator=(const postgres_pool&) = delete;

    /// Runs the query on a connection of the calling thread, or of the first I/O thread where the
    /// caller is none of them; completes on the caller's executor. Any thread. Runs to its end even
    /// if the caller is cancelled. Errors: unavailable, constraint.
    runtime::task<result<postgres_rows>> run(
        postgres_query query, call_order order = call_order::in_turn
    );

    /// libpq's own words for the latest failure; for the log.
    std::string last_failure() const;

private:
    std::shared_ptr<postgres_shared> shared_;
    std::vector<std::shared_ptr<postgres_lane>> lanes_;
};

}  // namespace cloche::db
