// What a server knows of each connection of a client, whatever is spoken on it.
//
// For `server` and the connections. All on the connection's own thread.
#pragma once

#include "http/transport.hpp"
#include "runtime/deadline_wheel.hpp"

#include <boost/asio/ip/address.hpp>

#include <memory>

namespace cloche::http {

struct server_shard;

/// Counted, and on the list of its shard, for as long as it lives.
class connection : public runtime::detail::wheel_hook {
public:
    connection(std::shared_ptr<server_shard> shard, transport link, boost::asio::ip::address peer);
    virtual ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// The server is draining: ends the connection if nothing is asked on it; else what is on is
    /// its last.
    virtual void wind_down() noexcept = 0;
    /// Ends it now, whatever is on.
    virtual void break_off() noexcept = 0;

protected:
    struct take_over {};
    /// `before` is at its end; what it was made of goes on in this one.
    connection(take_over, connection& before);

    /// Ends what we send, and gives the client a while to read it before the end of the connection
    /// can overtake it: bytes that nobody has read would make the kernel send a reset.
    runtime::task<void> linger();

    std::shared_ptr<server_shard> shard_;
    transport link_;
    boost::asio::ip::address peer_;

private:
    void stop_lingering();
};

}  // namespace cloche::http
