#include "unit/http_io/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace cloche::http {

namespace {

struct freed {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* file) const { BIO_free(file); }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freed>;
using certificate_ptr = std::unique_ptr<X509, freed>;

key_ptr make_key() {
    return key_ptr(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
}

void add_extension(X509* to, X509* issuer, int which, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str());
    if (!made) throw std::runtime_error("bad extension " + value);
    X509_add_ext(to, made, -1);
    X509_EXTENSION_free(made);
}

certificate_ptr make_certificate(const std::string& name, long number, EVP_PKEY* key) {
    constexpr long day = 24L * 60 * 60;
    certificate_ptr made(X509_new());
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), number);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -day);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), day);
    X509_set_pubkey(made.get(), key);
    const auto* text = static_cast<const unsigned char*>(static_cast<const void*>(name.c_str()));
    X509_NAME_add_entry_by_txt(
        X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8, text, -1, -1, 0
    );
    return made;
}

void write(const std::string& path, X509* certificate, EVP_PKEY* key) {
    const std::unique_ptr<BIO, freed> file(BIO_new_file(path.c_str(), "w"));
    if (!file || PEM_write_bio_X509(file.get(), certificate) != 1)
        throw std::runtime_error("cannot write");
    if (key) PEM_write_bio_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
}

}  // namespace

struct certificate_authority::state {
    key_ptr key;
    certificate_ptr certificate;
};

certificate_authority::certificate_authority(const std::string& name)
    : state_(std::make_unique<state>()) {
    state_->key = make_key();
    state_->certificate = make_certificate(name, 1, state_->key.get());
    X509* own = state_->certificate.get();
    X509_set_issuer_name(own, X509_get_subject_name(own));
    add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(own, own, NID_subject_key_identifier, "hash");
    X509_sign(own, state_->key.get(), EVP_sha256());
    file_ = (folder_.path() / "ca.pem").string();
    write(file_, own, nullptr);
}

certificate_authority::~certificate_authority() = default;

std::string certificate_authority::issue(const std::string& alternative) {
    const auto key = make_key();
    const auto made = make_certificate("server", 100 + ++issued_, key.get());
    X509* own = state_->certificate.get();
    X509_set_issuer_name(made.get(), X509_get_subject_name(own));
    add_extension(made.get(), own, NID_subject_alt_name, alternative);
    X509_sign(made.get(), state_->key.get(), EVP_sha256());
    auto path = (folder_.path() / ("server" + std::to_string(issued_) + ".pem")).string();
    write(path, made.get(), key.get());
    return path;
}

}  // namespace cloche::http
