// The keys that tokens at rest are sealed with: one seals, all open. Kept in a file of mode 0600.
//
// Where several processes have copies of the file, a new key only opens until all of them are sure
// to have it (`seals_from`); an old one goes on opening for as long as anything it sealed may live.
//
// XChaCha20-Poly1305 (libsodium) with a random 24-byte nonce; the associated data binds a
// sealed text to its purpose and owner, so that it cannot be moved to another record. The
// bytes: docs/formats/sealed.md.
#pragma once

#include "base/clock.hpp"
#include "crypto/errc.hpp"
#include "crypto/random.hpp"
#include "crypto/sealed.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::crypto {

/// What a key does at some time.
enum class key_duty {
    waits,  ///< opens, and seals later
    seals,  ///< seals and opens
    opens,  ///< a newer one seals
};

struct key_use {
    std::string id;
    key_duty duty = key_duty::opens;
    std::optional<instant> seals_from;  ///< nothing: ever since
    std::optional<instant>
        sealed_until;  ///< of one that opens; nothing: nobody has written it down

    key_use() = default;
};

/// Does not change once it is made: any thread.
class key_ring {
public:
    struct key {
        std::string id;                     ///< 8 characters of base64url
        std::string bytes;                  ///< 32
        std::optional<instant> seals_from;  ///< nothing: ever since
        key(std::string id, std::string bytes, std::optional<instant> seals_from = std::nullopt);
        ~key();
        key(const key&) = default;
        key(key&&) = default;
        key& operator=(const key&) = default;
        key& operator=(key&&) = default;

        static key fresh(random_source& random, std::optional<instant> seals_from = std::nullopt);
    };

    /// `keys` newest first, at least one, each with an id of its own. Throws std::invalid_argument.
    explicit key_ring(std::vector<key> keys);

    /// Reads the ring, or makes the file (mode 0600, written whole or not at all) with one
    /// fresh key. Errors: errc::bad_key_file, with the reason in `why`; also if others than
    /// its owner may read the file.
    static result<key_ring> load_or_create(
        const std::string& path, random_source& random, std::string& why
    );

    /// Reads the ring of a file that has to be there. Errors: as load_or_create().
    static result<key_ring> load(const std::string& path, std::string& why);

    /// From the text of a key file. Errors: errc::bad_key_file, with the reason in `why`, and with
    /// the line where there is one.
    static result<key_ring> parse(std::string_view text, std::string& why);

    /// The text of a key file: all keys, readable. For the file only.
    std::string to_text() const;

    /// The same ring with a fresh key in front that seals from then on.
    key_ring with_fresh_key(random_source& random, instant seals_from) const;

    /// The same ring without that key, which is not its only one.
    key_ring without(std::string_view id) const;

    /// Newest first.
    std::vector<std::string> ids() const;

    /// What each key does at that time, newest first.
    std::vector<key_use> uses(instant now) const;

    /// Sealed with the key that seals at that time: the newest whose time has come, or the oldest
    /// if none's has. Bytes, not text: 49 more than `plain`.
    std::string seal(
        std::string_view plain, std::string_view associated, instant now, random_source& random
    ) const;

    /// Errors: errc::cannot_open, errc::unknown_key.
    result<std::string> open(std::string_view sealed, std::string_view associated) const;

    /// The id of the key that sealed it. Nothing: no ring has sealed that.
    static std::optional<std::string_view> id_in(std::string_view sealed);

private:
    std::size_t sealing_at(instant now) const;

    std::vector<key> keys_;
};

}  // namespace cloche::crypto
