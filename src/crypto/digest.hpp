// SHA-256, HMAC-SHA-256, HKDF-SHA-256 and comparison in constant time. Pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace cloche::crypto {

using sha256_digest = std::array<unsigned char, 32>;

sha256_digest sha256(std::string_view message);
sha256_digest hmac_sha256(std::string_view key, std::string_view message);
/// Eight hex digits of SipHash-2-4 under a key made from `purpose` (16 bytes of it count): names a
/// thing where a collision does no harm. Not a digest to rely on.
std::string short_tag(std::string_view purpose, std::string_view message);
/// RFC 5869, both steps. At most 8160 bytes.
std::string hkdf_sha256(
    std::string_view key, std::string_view salt, std::string_view info, std::size_t size
);
/// True when both are the same bytes; takes time by the length alone.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace cloche::crypto
