// The keys that tokens at rest are sealed with: the newest seals, all open.
// Kept in a file of mode 0600.
//
// XChaCha20-Poly1305 (libsodium) with a random 24-byte nonce; the associated data binds a
// sealed text to its purpose and owner, so that it cannot be moved to another record. The
// bytes: docs/formats/sealed.md.
#pragma once

#include "crypto/errc.hpp"
#include "crypto/random.hpp"
#include "crypto/sealed.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cloche::crypto {

/// Does not change once it is made: any thread.
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

        static key fresh(random_source& random);
    };

    /// `keys` newest first, at least one, each with an id of its own. Throws std::invalid_argument.
    explicit key_ring(std::vector<key> keys);

    /// Reads the ring, or makes the file (mode 0600, written whole or not at all) with one
    /// fresh key. Errors: errc::bad_key_file, with the reason in `why`; also if others than
    /// its owner may read the file.
    static result<key_ring> load_or_create(
        const std::string& path, random_source& random, std::string& why
    );

    /// From the text of a key file. Errors: errc::bad_key_file, with the reason in `why`.
    static result<key_ring> parse(std::string_view text, std::string& why);

    /// The text of a key file: all keys, readable. For the file only.
    std::string to_text() const;

    /// The same ring with a fresh key in front and at most `keep` of the old ones behind it.
    key_ring with_fresh_key(random_source& random, std::size_t keep) const;

    /// Newest first.
    std::vector<std::string> ids() const;

    /// Sealed with the newest key. Bytes, not text: 49 more than `plain`.
    std::string seal(std::string_view plain, std::string_view associated, random_source& random)
        const;

    /// Errors: errc::cannot_open, errc::unknown_key.
    result<std::string> open(std::string_view sealed, std::string_view associated) const;

private:
    std::vector<key> keys_;
};

}  // namespace cloche::crypto
