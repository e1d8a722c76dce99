// Tells sockets that their other end has ended its side, or has broken off (EPOLLRDHUP).
//
// Who reads until a read gives less than was asked for, and then waits for the next event, would
// wait for ever if the end came together with those last bytes: epoll tells of both by one event.
// So ends are told here, apart. That costs one system call for a connection's life, and none for a
// read.
//
// A set belongs to an io_context and lives as long. Everything here is for its thread only.
#pragma once

#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstddef>
#include <memory>

namespace cloche::runtime {

/// Counted by its users, all on one thread.
class hang_up_listener
    : public boost::intrusive_ref_counter<hang_up_listener, boost::thread_unsafe_counter> {
public:
    hang_up_listener() = default;
    virtual ~hang_up_listener() = default;
    hang_up_listener(const hang_up_listener&) = delete;
    hang_up_listener& operator=(const hang_up_listener&) = delete;

    /// From the event loop.
    virtual void on_hang_up() noexcept = 0;
};

class hang_up_set final : public boost::asio::execution_context::service {
public:
    using key_type = hang_up_set;
    inline static boost::asio::execution_context::id id;

    /// The set of that context; made on the first call.
    static hang_up_set& of(boost::asio::execution_context& context);

    explicit hang_up_set(boost::asio::execution_context& context);
    ~hang_up_set() override;

    /// Tells `who` once about `descriptor`, at once if it is over already. Closing the descriptor
    /// takes it out. False: the system has no room, and nothing will be told.
    bool add(int descriptor, hang_up_listener& who) noexcept;
    /// One that add() took has been closed.
    void drop() noexcept;

private:
    struct events;
    void shutdown() override;
    void wait();
    void tell();

    std::size_t members_ = 0;
    bool waiting_ = false;
    std::unique_ptr<events> events_;
};

}  // namespace cloche::runtime
