// One connection to a Redis server for threads that have no event loop: start-up, the command line,
// tests. Blocks. Not for I/O threads.
#pragma once

#include "db/redis_link.hpp"
#include "db/redis_target.hpp"
#include "db/redis_value.hpp"

#include <memory>
#include <string>

namespace cloche::db {

class redis_console {
public:
    /// Connects, within 2 s. Errors: unavailable, with words in `why`; never a password.
    static result<std::unique_ptr<redis_console>> open(
        std::shared_ptr<const redis_target> where, std::string& why
    );
    ~redis_console();
    redis_console(const redis_console&) = delete;
    redis_console& operator=(const redis_console&) = delete;

    /// Within 2 s. Errors: unavailable.
    result<redis_link::replies> call(const redis_commands& commands);
    /// The one reply to one command; a failure if the connection is gone.
    redis_value ask(std::initializer_list<std::string_view> words);

private:
    struct state;
    explicit redis_console(std::unique_ptr<state>);
    std::unique_ptr<state> state_;
};

}  // namespace cloche::db
