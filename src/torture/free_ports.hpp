// Where a server may be started that has to know its port before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cloche::torture {

/// Ports of 127.0.0.1 that nobody listens on now, no two the same. Throws
/// boost::system::system_error.
std::vector<std::uint16_t> free_ports(std::size_t count);

}  // namespace cloche::torture
