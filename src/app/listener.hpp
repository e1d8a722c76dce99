// What the programs have in common when they listen.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace cloche::app {

/// ADDRESS:PORT, an IPv6 address in brackets.
std::string endpoint_text(const boost::asio::ip::tcp::endpoint& where);

/// The line `listening`, which says where a port 0 has led to. `program`: gateway or identity;
/// `listener`: public or operations.
void log_listening(
    const char* program, const char* listener, const boost::asio::ip::tcp::endpoint& where
);

}  // namespace cloche::app
