// An Asio operation that waits until a socket may have something to read, and asks the kernel
// nothing.
//
// Asio's sockets are registered with epoll once, edge-triggered, and remember for each direction
// whether an event has come since the last operation that found nothing more. But its reads look
// into the socket before they wait (a system call for each request that finds nothing), and its
// async_wait registers anew each time (a system call as well). A read into `readiness` does
// neither: it completes with the next event, or at once if one has come since the last.
//
// This specialises a template of Asio's own implementation, as it is in Boost 1.81 (Debian 12). For
// watched_socket.cpp only. docs/decisions/0009-readiness.md
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/detail/reactive_socket_recv_op.hpp>
#include <boost/version.hpp>

#include <array>

static_assert(BOOST_VERSION / 100 == 1081, "see whether reactive_socket_recv_op_base has changed");

namespace cloche::http {

/// Stands where a read's buffer does. Nothing is written to it.
class readiness {
public:
    using value_type = boost::asio::mutable_buffer;
    using const_iterator = const value_type*;
    const_iterator begin() const noexcept { return nowhere.data(); }
    const_iterator end() const noexcept { return nowhere.data() + nowhere.size(); }

private:
    inline static char byte = 0;
    // Asio completes a read into nothing at once, without a wait.
    inline static const std::array<value_type, 1> nowhere{value_type(&byte, 1)};
};

}  // namespace cloche::http

template <>
class boost::asio::detail::reactive_socket_recv_op_base<cloche::http::readiness>
    : public boost::asio::detail::reactor_op {
public:
    reactive_socket_recv_op_base(
        const boost::system::error_code& success,
        socket_type,
        socket_ops::state_type,
        const cloche::http::readiness&,
        socket_base::message_flags,
        func_type finish
    )
        : reactor_op(success, &reactive_socket_recv_op_base::perform, finish) {}

private:
    /// An event has come. The next operation is to wait for another.
    static status perform(reactor_op*) { return done_and_exhausted; }
};
