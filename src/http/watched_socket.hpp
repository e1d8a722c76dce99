// A TCP socket that knows whether there may be something to read, so that the kernel is never asked
// in vain: a request costs one system call to read it, and a connection at rest none.
//
// For `transport` and `tls_stream`. All on the socket's own thread. One read may be on at a time.
#pragma once

#include "runtime/hang_up_set.hpp"
#include "runtime/task.hpp"

#include <sys/types.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace cloche::http {

using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, runtime::io_executor>;

class watched_socket final : public runtime::hang_up_listener {
public:
    /// Watched from now on, if it is open.
    explicit watched_socket(tcp_socket socket);
    ~watched_socket() override;

    tcp_socket& plain() noexcept { return socket_; }
    int native() noexcept { return socket_.native_handle(); }

    runtime::task<void> connect(boost::asio::ip::tcp::endpoint where, error& failed);

    /// recv(2) that does not wait. -1 and EAGAIN, without asking, when nothing can be there.
    ssize_t receive(void* into, std::size_t size) noexcept;
    bool may_be_readable() const noexcept { return readable_; }
    /// Until receive() is worth a try. Errors: those of the socket; operation_aborted after
    /// cancel(), close() and where the coroutine is cancelled.
    runtime::task<void> wait_readable(error& failed);
    /// Something has come that nobody has read, or the other end has left. Asks the kernel.
    bool has_news() noexcept;
    /// From now on events are noted, though nobody waits: may_be_readable() tells.
    void attend();

    void cancel() noexcept;
    void close() noexcept;

private:
    struct on_event;
    using waiter = boost::asio::
        async_result<boost::asio::use_awaitable_t<runtime::io_executor>, void()>::handler_type;

    void on_hang_up() noexcept override;
    void watch() noexcept;
    void suspend(waiter who, error& failed);
    void wake(const error& outcome);
    void wake_soon(const error& outcome);

    tcp_socket socket_;
    std::optional<waiter> waiter_;
    error* outcome_ = nullptr;  ///< where the waiter wants it
    std::uint64_t waits_ = 0;   ///< which wait this is
    bool watched_ = false;      ///< by the hang_up_set
    bool attending_ = false;    ///< an operation of Asio's is on
    bool readable_ = true;      ///< a read may find something
    bool hung_up_ = false;      ///< and if it does not find an end, it has not read far enough
};

using socket_ptr = boost::intrusive_ptr<watched_socket>;

}  // namespace cloche::http
