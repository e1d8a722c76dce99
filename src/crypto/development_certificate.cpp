#include "crypto/development_certificate.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

namespace cloche::crypto {
namespace {

struct freed {
    void operator()(EVP_PKEY* key) const noexcept { ::EVP_PKEY_free(key); }
    void operator()(X509* certificate) const noexcept { ::X509_free(certificate); }
    void operator()(BIO* buffer) const noexcept { ::BIO_free(buffer); }
    void operator()(BIGNUM* number) const noexcept { ::BN_free(number); }
    void operator()(X509_EXTENSION* extension) const noexcept { ::X509_EXTENSION_free(extension); }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freed>;
using certificate_ptr = std::unique_ptr<X509, freed>;

key_ptr make_key() {
    return key_ptr(::EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
}

bool set_random_serial(X509* certificate) {
    // At least 64 bits of chance, and positive (CA/Browser Forum, section 7.1).
    constexpr int bits = 127;
    const std::unique_ptr<BIGNUM, freed> number(::BN_new());
    return number && ::BN_rand(number.get(), bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
           ::BN_to_ASN1_INTEGER(number.get(), ::X509_get_serialNumber(certificate)) != nullptr;
}

bool set_name(X509_NAME* name, const char* text) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text);
    return ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, -1, -1, 0) == 1;
}

/// Nothing in it that is not told apart by `name`.
certificate_ptr begin_certificate(const char* name, EVP_PKEY* key, std::chrono::days valid_for) {
    constexpr long hour = 3'600;
    certificate_ptr made(::X509_new());
    X509* const raw = made.get();
    // Clocks of machines that are tried out differ a little.
    const bool begun =
        raw != nullptr && ::X509_set_version(raw, X509_VERSION_3) == 1 && set_random_serial(raw) &&
        ::X509_gmtime_adj(::X509_getm_notBefore(raw), -hour) != nullptr &&
        ::X509_time_adj_ex(
            ::X509_getm_notAfter(raw), static_cast<int>(valid_for.count()), 0, nullptr
        ) != nullptr &&
        ::X509_set_pubkey(raw, key) == 1 && set_name(::X509_get_subject_name(raw), name);
    return begun ? std::move(made) : nullptr;
}

bool extend(X509* certificate, X509* issuer, int which, const char* value) {
    X509V3_CTX context{};
    ::X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, freed> made(
        ::X509V3_EXT_conf_nid(nullptr, &context, which, value)
    );
    return made && ::X509_add_ext(certificate, made.get(), -1) == 1;
}

bool sign(X509* certificate, X509* issuer, EVP_PKEY* key) {
    return ::X509_set_issuer_name(certificate, ::X509_get_subject_name(issuer)) == 1 &&
           ::X509_sign(certificate, key, ::EVP_sha256()) > 0;
}

certificate_ptr make_authority(EVP_PKEY* key, std::chrono::days valid_for) {
    auto made = begin_certificate("Cloche development", key, valid_for);
    X509* const raw = made.get();
    const bool done = made &&
                      extend(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                      extend(raw, raw, NID_key_usage, "critical,keyCertSign") &&
                      extend(raw, raw, NID_subject_key_identifier, "hash") &&
                      extend(
                          raw,
                          raw,
                          NID_name_constraints,
                          "critical,permitted;DNS:localhost,permitted;IP:127.0.0.0/255.0.0.0,"
                          "permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
                      ) &&
                      sign(raw, raw, key);
    return done ? std::move(made) : nullptr;
}

certificate_ptr make_leaf(
    EVP_PKEY* key, X509* authority, EVP_PKEY* authority_key, std::chrono::days valid_for
) {
    auto made = begin_certificate("localhost", key, valid_for);
    X509* const raw = made.get();
    const bool done =
        made && extend(raw, authority, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") &&
        extend(raw, authority, NID_basic_constraints, "critical,CA:FALSE") &&
        extend(raw, authority, NID_key_usage, "critical,digitalSignature") &&
        extend(raw, authority, NID_ext_key_usage, "serverAuth") &&
        extend(raw, authority, NID_authority_key_identifier, "keyid:always") &&
        sign(raw, authority, authority_key);
    return done ? std::move(made) : nullptr;
}

/// What `write` puts down. Empty if it cannot.
template <class Write>
std::string text_of(Write write) {
    const std::unique_ptr<BIO, freed> buffer(::BIO_new(::BIO_s_mem()));
    if (!buffer || write(buffer.get()) != 1) return {};
    std::string text(::BIO_ctrl_pending(buffer.get()), '\0');
    std::size_t got = 0;
    return ::BIO_read_ex(buffer.get(), text.data(), text.size(), &got) == 1 ? text : std::string();
}

}  // namespace

std::optional<development_certificate> make_development_certificate(std::chrono::days valid_for) {
    const auto authority_key = make_key();
    const auto key = make_key();
    if (!authority_key || !key) return std::nullopt;
    const auto authority = make_authority(authority_key.get(), valid_for);
    if (!authority) return std::nullopt;
    const auto leaf = make_leaf(key.get(), authority.get(), authority_key.get(), valid_for);
    if (!leaf) return std::nullopt;

    development_certificate made;
    made.authority = text_of([&](BIO* to) { return ::PEM_write_bio_X509(to, authority.get()); });
    made.certificate = text_of([&](BIO* to) { return ::PEM_write_bio_X509(to, leaf.get()); });
    made.key = text_of([&](BIO* to) {
        return ::PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    const bool written = !made.authority.empty() && !made.certificate.empty() && !made.key.empty();
    return written ? std::optional(std::move(made)) : std::nullopt;
}

}  // namespace cloche::crypto
