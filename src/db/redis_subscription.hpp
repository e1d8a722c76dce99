// Hears what is published on one channel of a Redis server, on a connection of its own that is made
// again whenever it breaks. Best effort: what is said meanwhile is not heard.
#pragma once

#include "db/redis_target.hpp"
#include "runtime/io_threads.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace cloche::db {

class redis_subscription {
public:
    using listener = std::function<void(std::string_view message)>;

    /// Listens on the first of `threads`, which may outlive this. Any thread.
    redis_subscription(
        runtime::io_threads& threads,
        std::shared_ptr<const redis_target> where,
        std::string channel,
        listener heard
    );
    /// `heard` is not called any more when this returns; not from within it.
    ~redis_subscription();
    redis_subscription(const redis_subscription&) = delete;
    redis_subscription& operator=(const redis_subscription&) = delete;

private:
    struct state;
    static runtime::task<void> keep_listening(std::shared_ptr<state> own);
    static runtime::task<void> listen(std::shared_ptr<state> own);
    static runtime::task<void> rest(std::shared_ptr<state> own);

    std::shared_ptr<state> state_;
};

}  // namespace cloche::db
