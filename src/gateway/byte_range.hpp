// Which part of a file a request wants (RFC 9110 section 14), and how it may be packed
// (section 12.5.3). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cloche::gateway {

struct byte_range {
    std::uint64_t first = 0;
    std::uint64_t size = 0;  ///< 0: nothing of the file is in the range, 416
};

/// Nothing: the whole file is to be sent, because `range` asks for no bytes, for several stretches
/// (which may be answered so), or cannot be read. `size` is the file's.
std::optional<byte_range> read_range(std::string_view range, std::uint64_t size) noexcept;

/// Whether Accept-Encoding allows `coding`, by name: `*` means whatever the client cannot name, and
/// a file of a coding that it does not know is of no use to it.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding) noexcept;

}  // namespace cloche::gateway
