#include "crypto/digest.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace cloche::crypto {
namespace {

const unsigned char* octets(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// OpenSSL fails here only if it is broken or out of memory.
void demand(bool success, const char* what) {
    if (!success) throw std::runtime_error(std::string("OpenSSL: ") + what + " failed");
}

/// Fetched once: to look it up by name takes longer than a short digest.
const EVP_MD* sha256_method() {
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> method(
        EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free
    );
    demand(method != nullptr, "SHA-256");
    return method.get();
}

OSSL_PARAM octet_parameter(const char* name, std::string_view bytes) {
    // The interface takes no const pointer, and does not write through it; nor no address, for
    // nothing.
    const char* begin = bytes.empty() ? "" : bytes.data();
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(begin), bytes.size());
}

}  // namespace

sha256_digest sha256(std::string_view message) {
    // Each request hashes its session id, and setting OpenSSL up takes as long as hashing that
    // does: it is done once a thread. libsodium needs no setting up, and knows no SHA instructions.
    thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
        EVP_MD_CTX_new(), EVP_MD_CTX_free
    );
    sha256_digest digest;
    const bool done = context && EVP_DigestInit_ex2(context.get(), sha256_method(), nullptr) == 1 &&
                      EVP_DigestUpdate(context.get(), message.data(), message.size()) == 1 &&
                      EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
    demand(done, "SHA-256");
    return digest;
}

sha256_digest hmac_sha256(std::string_view key, std::string_view message) {
    sha256_digest digest;
    unsigned size = 0;
    const auto* done = HMAC(
        sha256_method(),
        key.data(),
        static_cast<int>(key.size()),
        octets(message),
        message.size(),
        digest.data(),
        &size
    );
    demand(done != nullptr && size == digest.size(), "HMAC-SHA-256");
    return digest;
}

std::string short_tag(std::string_view purpose, std::string_view message) {
    std::array<unsigned char, crypto_shorthash_KEYBYTES> key{};
    std::copy_n(purpose.begin(), std::min(purpose.size(), key.size()), key.begin());
    std::array<unsigned char, crypto_shorthash_BYTES> hash{};
    crypto_shorthash(hash.data(), octets(message), message.size(), key.data());
    static constexpr char digits[] = "0123456789abcdef";
    std::string tag;
    for (std::size_t i = 0; i < 4; ++i) {
        tag += digits[hash.at(i) >> 4];
        tag += digits[hash.at(i) & 15];
    }
    return tag;
}

std::string hkdf_sha256(
    std::string_view key, std::string_view salt, std::string_view info, std::size_t size
) {
    const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> method(
        EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr), EVP_KDF_free
    );
    demand(method != nullptr, "HKDF");
    const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
        EVP_KDF_CTX_new(method.get()), EVP_KDF_CTX_free
    );
    demand(context != nullptr, "HKDF");
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        octet_parameter(OSSL_KDF_PARAM_KEY, key),
        octet_parameter(OSSL_KDF_PARAM_SALT, salt),
        octet_parameter(OSSL_KDF_PARAM_INFO, info),
        OSSL_PARAM_construct_end(),
    };
    std::string derived(size, '\0');
    auto* out = reinterpret_cast<unsigned char*>(derived.data());
    demand(EVP_KDF_derive(context.get(), out, size, parameters) == 1, "HKDF");
    return derived;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace cloche::crypto
