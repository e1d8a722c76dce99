#include "crypto/sealed.hpp"

#include "base/secret.hpp"
#include "crypto/sodium.hpp"

#include <sodium/crypto_aead_xchacha20poly1305.h>

#include <stdexcept>

namespace cloche::crypto {
namespace {

constexpr char without_key_id = 2;

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(sealing_key_size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* octets(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

void check_size(std::string_view key) {
    if (key.size() != sealing_key_size) throw std::invalid_argument("a sealing key has 32 bytes");
}

/// What is authenticated beside the text. The head has a known size by its first byte, so that no
/// other pair of head and associated data gives the same bytes.
std::string authenticated(std::string_view head, std::string_view associated) {
    std::string both(head);
    both.append(associated);
    return both;
}

}  // namespace

namespace detail {

std::string seal_behind(
    std::string head,
    std::string_view key,
    std::string_view plain,
    std::string_view associated,
    random_source& random
) {
    use_sodium();
    check_size(key);
    const auto beside = authenticated(head, associated);
    const auto nonce = random.bytes(nonce_size);
    if (nonce.size() != nonce_size) throw std::length_error("random source gave too little");

    auto sealed = std::move(head);
    sealed.append(nonce);
    const auto begin = sealed.size();
    sealed.resize(begin + plain.size() + tag_size);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        reinterpret_cast<unsigned char*>(sealed.data()) + begin,
        nullptr,
        octets(plain),
        plain.size(),
        octets(beside),
        beside.size(),
        nullptr,
        octets(nonce),
        octets(key)
    );
    return sealed;
}

result<std::string> open_behind(
    std::size_t head_size,
    std::string_view key,
    std::string_view sealed,
    std::string_view associated
) {
    use_sodium();
    check_size(key);
    if (sealed.size() < head_size + nonce_size + tag_size) CLOCHE_FAIL(errc::cannot_open);
    const auto beside = authenticated(sealed.substr(0, head_size), associated);
    const auto nonce = sealed.substr(head_size, nonce_size);
    const auto cipher = sealed.substr(head_size + nonce_size);

    std::string plain(cipher.size() - tag_size, '\0');
    const auto outcome = crypto_aead_xchacha20poly1305_ietf_decrypt(
        reinterpret_cast<unsigned char*>(plain.data()),
        nullptr,
        nullptr,
        octets(cipher),
        cipher.size(),
        octets(beside),
        beside.size(),
        octets(nonce),
        octets(key)
    );
    if (outcome != 0) CLOCHE_FAIL(errc::cannot_open);
    return plain;
}

}  // namespace detail

std::string seal_with(
    std::string_view key, std::string_view plain, std::string_view associated, random_source& random
) {
    return detail::seal_behind(std::string(1, without_key_id), key, plain, associated, random);
}

result<std::string> open_with(
    std::string_view key, std::string_view sealed, std::string_view associated
) {
    if (sealed.empty() || sealed.front() != without_key_id) CLOCHE_FAIL(errc::cannot_open);
    return detail::open_behind(1, key, sealed, associated);
}

}  // namespace cloche::crypto
