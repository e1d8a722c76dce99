// How many descriptors the process may have open: each connection is one.
#pragma once

#include <cstddef>

namespace cloche::runtime {

/// Raises the limit to what the system lets the process have: the usual 1024 is for programs that
/// use select(), and this is none. Gives the limit as it is then.
std::size_t raise_descriptor_limit() noexcept;

}  // namespace cloche::runtime
