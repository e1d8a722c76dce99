// One connection to a Redis server, over TCP or a unix socket: opens it, says commands, reads
// replies, keeps time limits. A link that failed, or answered too late, is closed and stays so:
// what still comes would be taken for the answer to something else.
//
// All on the link's own thread, one call at a time.
#pragma once

#include "db/redis_target.hpp"
#include "db/redis_value.hpp"
#include "runtime/deadline_wheel.hpp"
#include "runtime/name_lookup.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace cloche::db {

class redis_link {
public:
    using milliseconds = std::chrono::milliseconds;
    using replies = std::vector<redis_value>;

    redis_link(const runtime::io_executor& home, runtime::deadline_wheel& wheel);
    ~redis_link();
    redis_link(const redis_link&) = delete;
    redis_link& operator=(const redis_link&) = delete;

    /// Opens it, signs in and chooses the database, all within `limit`. Errors: unavailable.
    runtime::task<error> connect(std::shared_ptr<const redis_target> where, milliseconds limit);

    /// Says `commands`, which must outlive the call, and gives a reply for each; a command that the
    /// server refused is a reply like others. Errors: unavailable.
    runtime::task<result<replies>> call(const redis_commands& commands, milliseconds limit);

    /// Says what has no reply of its own.
    runtime::task<error> say(const redis_commands& commands, milliseconds limit);
    /// The next reply; nothing, and the link as it was, if none came within `limit`. Errors:
    /// unavailable.
    runtime::task<result<std::optional<redis_value>>> listen(milliseconds limit);

    void close() noexcept;
    /// The other end left, or said what nobody asked for. Asks the kernel.
    bool is_dead() noexcept;
    bool is_open() const noexcept { return socket_.is_open(); }
    /// It has carried a call before.
    bool used() const noexcept { return used_; }
    /// It was closed because nothing came in time.
    bool was_late() const noexcept { return late_; }
    /// Why it failed, for the log; never a password.
    const std::string& words() const noexcept { return words_; }

private:
    using protocol = boost::asio::generic::stream_protocol;
    using socket_type = boost::asio::basic_stream_socket<protocol, runtime::io_executor>;

    runtime::task<std::vector<protocol::endpoint>> addresses_of(const redis_target& where);
    runtime::task<bool> open(const redis_target& where);
    runtime::task<bool> enter(const redis_target& where, milliseconds limit);
    runtime::task<bool> send(const std::string& bytes);
    runtime::task<bool> receive();
    void limit(milliseconds span);
    void on_limit();
    error fail(std::string why);

    socket_type socket_;
    runtime::deadline limit_;
    redis_parser parser_;
    std::shared_ptr<runtime::name_lookup> lookup_;
    std::unique_ptr<char[]> space_;
    std::string words_;
    bool late_ = false;
    bool used_ = false;
};

}  // namespace cloche::db
