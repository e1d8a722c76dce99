#include "crypto/password_hash.hpp"

#include "crypto/sodium.hpp"

#include <sodium/crypto_pwhash.h>

#include <cerrno>
#include <new>
#include <stdexcept>
#include <string_view>

namespace cloche::crypto {
namespace {

/// Whether libsodium takes it for an argon2id string. It reads up to a NUL, so
/// that there must be none within.
bool is_argon2id(const std::string& phc) noexcept {
    if (!std::string_view(phc).starts_with(crypto_pwhash_argon2id_STRPREFIX)) return false;
    if (phc.find('\0') != std::string::npos) return false;
    const auto unreadable = -1;
    return crypto_pwhash_str_needs_rehash(
               phc.c_str(), crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN
           ) != unreadable;
}

}  // namespace

bool meets_floor(const password_cost& cost) noexcept {
    constexpr std::uint64_t kib = 1024;
    return (cost.memory >= 19'456 * kib && cost.passes >= 2) ||
           (cost.memory >= 47'104 * kib && cost.passes >= 1);
}

std::string hash_password(const password& secret, const password_cost& cost) {
    use_sodium();
    if (cost.memory < crypto_pwhash_MEMLIMIT_MIN || cost.memory > crypto_pwhash_MEMLIMIT_MAX ||
        cost.passes < crypto_pwhash_OPSLIMIT_MIN) {
        throw std::invalid_argument("argon2id: cost out of range");
    }
    char phc[crypto_pwhash_STRBYTES];
    const auto text = secret.reveal();
    const auto outcome = crypto_pwhash_str_alg(
        phc,
        text.data(),
        text.size(),
        cost.passes,
        static_cast<std::size_t>(cost.memory),
        crypto_pwhash_ALG_ARGON2ID13
    );
    if (outcome != 0) throw std::bad_alloc();
    return phc;
}

result<bool> verify_password(const password& secret, const std::string& phc) {
    use_sodium();
    // Said in full, since an error code could be taken for the bool, too.
    if (!is_argon2id(phc)) return {boost::system::in_place_error, errc::bad_hash};
    const auto text = secret.reveal();
    errno = 0;
    if (crypto_pwhash_str_verify(phc.c_str(), text.data(), text.size()) == 0) return true;
    // libsodium says EINVAL for a wrong password. Anything else must not look like one.
    if (errno != EINVAL) throw std::bad_alloc();
    return false;
}

bool needs_rehash(const std::string& phc, const password_cost& cost) {
    if (!is_argon2id(phc)) return true;
    return crypto_pwhash_str_needs_rehash(
               phc.c_str(), cost.passes, static_cast<std::size_t>(cost.memory)
           ) != 0;
}

}  // namespace cloche::crypto
