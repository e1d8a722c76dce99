// One buffer, encrypted and authenticated under one key: the byte formats of
// docs/formats/sealed.md.
//
// For a one-off key that is derived from something else. What is kept at rest is sealed by a
// `key_ring`, which chooses the key. XChaCha20-Poly1305 of libsodium. Any thread.
#pragma once

#include "crypto/errc.hpp"
#include "crypto/random.hpp"

#include <string>
#include <string_view>

namespace cloche::crypto {

inline constexpr std::size_t sealing_key_size = 32;

/// `key` is of 32 bytes (std::invalid_argument otherwise). The outcome is bytes,
/// not text: 41 more than `plain`.
std::string seal_with(
    std::string_view key, std::string_view plain, std::string_view associated, random_source& random
);

/// Errors: errc::cannot_open.
result<std::string> open_with(
    std::string_view key, std::string_view sealed, std::string_view associated
);

namespace detail {

/// Appends nonce, ciphertext and tag to `head`, which is authenticated with them.
std::string seal_behind(
    std::string head,
    std::string_view key,
    std::string_view plain,
    std::string_view associated,
    random_source& random
);

/// Opens what seal_behind() appended to the first `head_size` bytes. Errors: errc::cannot_open.
result<std::string> open_behind(
    std::size_t head_size,
    std::string_view key,
    std::string_view sealed,
    std::string_view associated
);

}  // namespace detail

}  // namespace cloche::crypto
