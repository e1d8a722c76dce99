// The keys that tokens at rest are sealed with: the newest seals, all open. Kept in a file of mode 0600.
//
// XChaCha20-Poly1305 (libsodium) with a random 24-byte nonce; the associated data binds a sealed text to its
// purpose and owner, so that it cannot be moved to another record. The bytes: docs/formats/sealed.md.
#pragma once

#include "crypto/errc.hpp"
#include "crypto/random.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::crypto {

class key_ring {
public:
    struct key {
        std::string id;     ///< 8 characters of base64url
        std::string bytes;  ///< 32
        key(std::string id, std::string bytes);
        ~key();
        key(const key&) = default;
        key(key&&) = default;
        key& operator=(const key&) = default;
        key& operator=(key&&) = default;
    };

    /// `keys` newest first, at least one.
    explicit key_ring(std::vector<key> keys);

    /// Reads the ring, or makes the file (mode 0600, written whole or not at all) with one fresh key.
    /// Errors: errc::bad_key_file, with the reason in `why`.
    static result<key_ring> load_or_create(const std::string& path, random_source& random, std::string& why);

    /// Sealed with the newest key.
    std::string seal(std::string_view plain, std::string_view associated, random_source& random) const;
    /// Errors: errc::cannot_open, errc::unknown_key.
    result<std::string> open(std::string_view sealed, std::string_view associated) const;

private:
    std::vector<key> keys_;
};

/// One-off sealing under a key that is derived from something else (32 bytes), in the same format without key id.
std::string seal_with(std::string_view key, std::string_view plain, std::string_view associated, random_source& random);
result<std::string> open_with(std::string_view key, std::string_view sealed, std::string_view associated);

}  // namespace cloche::crypto
