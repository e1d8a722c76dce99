#include "torture/free_ports.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace cloche::torture {

std::vector<std::uint16_t> free_ports(std::size_t count) {
    using boost::asio::ip::tcp;
    boost::asio::io_context nowhere;
    const tcp::endpoint any(boost::asio::ip::address_v4::loopback(), 0);
    // Held until all are chosen, so that no two are the same.
    std::vector<tcp::acceptor> held;
    std::vector<std::uint16_t> ports;
    while (ports.size() < count) {
        held.emplace_back(nowhere, any);
        ports.push_back(held.back().local_endpoint().port());
    }
    return ports;
}

}  // namespace cloche::torture
