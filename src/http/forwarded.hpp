// Whose request it is when proxies stand in between, and how that is told upstream (FW-1, FW-2,
// FW-4; RFC 7239). Pure: Asio's addresses, none of its I/O.
//
// Nothing a client says about its address counts unless it comes out of a proxy that the
// configuration trusts. Hosts and schemes from these fields are never read at all: no decision
// hangs on them (FW-3).
#pragma once

#include "http/message.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::http {

/// The networks whose word counts. None by default.
class trusted_proxies {
public:
    /// Addresses and CIDRs (`10.0.0.0/8`, `fd00::/8`). Nothing if one is none, has bits set behind
    /// its prefix, or takes in everybody; `why` then says which, in words.
    static std::optional<trusted_proxies> parse(
        std::span<const std::string> networks, std::string& why
    );

    bool contains(const boost::asio::ip::address& address) const noexcept;

private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

/// As asio writes it, without its detours.
std::string address_text(const boost::asio::ip::address& address);

/// The one function that says who a request comes from, for limits, logs and the upstream alike
/// (FW-2): the right-most hop that is not trusted. Read from X-Forwarded-For or Forwarded; where
/// both are there and disagree, a proxy passed one of them on unread, nobody knows which, and it is
/// the peer. IPv4 addresses come as such, not mapped into IPv6.
boost::asio::ip::address client_address(
    const boost::asio::ip::address& peer,
    std::span<const field> fields,
    const trusted_proxies& trusted
);

/// An IPv4 address taken out of its IPv6 form.
boost::asio::ip::address unmapped(const boost::asio::ip::address& address);

/// What a limit counts by: an IPv4 address, or the /64 of an IPv6 one, as whoever has one address
/// there has them all.
std::string limit_key(const boost::asio::ip::address& client);

/// One Forwarded element, every value quoted. `client`: an address as text. A value that cannot be
/// quoted is left out.
std::string forwarded_value(
    std::string_view client, std::string_view scheme, std::string_view host
);
/// The same into `value`, which is empty.
void append_forwarded(
    std::string& value, std::string_view client, std::string_view scheme, std::string_view host
);

/// True if a Via field names `pseudonym`: the request has been here before (PX-10).
bool has_passed(std::span<const field> fields, std::string_view pseudonym) noexcept;

}  // namespace cloche::http
