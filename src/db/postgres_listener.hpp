// One connection that hears what other processes NOTIFY. It is made again when it breaks; what was
// said meanwhile is missed.
#pragma once

#include "db/postgres_connection.hpp"
#include "runtime/async_signal.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>

namespace cloche::db {

class postgres_listener {
public:
    /// Called on the loop's thread with the text of each notification.
    using listener = std::function<void(const std::string& text)>;

    /// `loop` outlives it, and ends what still runs for it. `channel` is a constant of the program.
    postgres_listener(
        boost::asio::io_context& loop,
        const postgres_address& address,
        const std::string& channel,
        listener heard
    );
    /// Any thread. A call of the listener may still be on.
    ~postgres_listener();
    postgres_listener(const postgres_listener&) = delete;
    postgres_listener& operator=(const postgres_listener&) = delete;

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace cloche::db
