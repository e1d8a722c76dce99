// Where things are: listeners, origins, hosts, address ranges, mail. Pure: no name is looked up.
#pragma once

#include "config/notation.hpp"
#include "http/client.hpp"

#include <string>
#include <string_view>

namespace cloche::config {

/// ADDRESS:PORT or [IPV6]:PORT. An address, not a name: a name may have several.
notation<std::string> listen_address();

/// http(s)://host[:port], nothing behind it; kept in small letters and without a last slash.
notation<std::string> web_origin();

/// host[:port]
notation<std::string> host_name();

/// ADDRESS/BITS, or an address alone.
notation<std::string> address_range();

/// http(s)://host[:port][/base]
notation<std::string> upstream_url();
notation<http::origin> upstream_origin();

notation<std::string> mail_address();
/// `files`, smtp://[USER:PASSWORD@]HOST[:PORT] or smtps://…
notation<std::string> mail_target();

/// Of a web_origin().
bool is_https(std::string_view origin);
/// Names that lead nowhere but to this machine: localhost and names below it (RFC 6761),
/// 127.0.0.0/8, [::1].
bool is_on_loopback(std::string_view origin);
/// Of a listen_address().
std::string_view port_of(std::string_view listen);

}  // namespace cloche::config
