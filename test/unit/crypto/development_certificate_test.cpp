#include "crypto/development_certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

namespace cloche::crypto {
namespace {

struct freed {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* buffer) const { BIO_free(buffer); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
    void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};

std::unique_ptr<BIO, freed> buffer_of(const std::string& text) {
    return std::unique_ptr<BIO, freed>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}
std::unique_ptr<X509, freed> certificate_in(const std::string& text) {
    return std::unique_ptr<X509, freed>(
        PEM_read_bio_X509(buffer_of(text).get(), nullptr, nullptr, nullptr)
    );
}

class development_certificate_test : public testing::Test {
protected:
    const development_certificate made_ =
        make_development_certificate(std::chrono::days(30)).value();

    /// As a browser that trusts the authority does for a server.
    int verify(X509* certificate, const char* host) {
        const std::unique_ptr<X509_STORE, freed> trusted(X509_STORE_new());
        X509_STORE_add_cert(trusted.get(), certificate_in(made_.authority).get());
        const std::unique_ptr<X509_STORE_CTX, freed> context(X509_STORE_CTX_new());
        X509_STORE_CTX_init(context.get(), trusted.get(), certificate, nullptr);
        X509_VERIFY_PARAM* const wanted = X509_STORE_CTX_get0_param(context.get());
        X509_VERIFY_PARAM_set_purpose(wanted, X509_PURPOSE_SSL_SERVER);
        X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_X509_STRICT);
        if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host) != 1)
            X509_VERIFY_PARAM_set1_host(wanted, host, 0);
        X509_verify_cert(context.get());
        return X509_STORE_CTX_get_error(context.get());
    }
};

TEST_F(development_certificate_test, is_good_for_this_machine_alone) {
    const auto certificate = certificate_in(made_.certificate);
    for (const char* host : {"localhost", "127.0.0.1", "::1"})
        EXPECT_EQ(verify(certificate.get(), host), X509_V_OK) << host;
    EXPECT_EQ(verify(certificate.get(), "example.com"), X509_V_ERR_HOSTNAME_MISMATCH);
    EXPECT_EQ(verify(certificate.get(), "192.0.2.1"), X509_V_ERR_IP_ADDRESS_MISMATCH);
}

TEST_F(development_certificate_test, comes_with_its_key) {
    const std::unique_ptr<EVP_PKEY, freed> key(
        PEM_read_bio_PrivateKey(buffer_of(made_.key).get(), nullptr, nullptr, nullptr)
    );
    ASSERT_TRUE(key);
    EXPECT_EQ(X509_check_private_key(certificate_in(made_.certificate).get(), key.get()), 1);
}

TEST_F(development_certificate_test, is_of_an_authority_that_may_vouch_for_nothing_else) {
    const auto authority = certificate_in(made_.authority);
    EXPECT_GE(X509_get_ext_by_NID(authority.get(), NID_name_constraints, -1), 0);
    EXPECT_EQ(X509_check_ca(authority.get()), 1);
    EXPECT_EQ(X509_get_pathlen(authority.get()), 0);
    const auto another = make_development_certificate(std::chrono::days(30)).value();
    EXPECT_NE(verify(certificate_in(another.certificate).get(), "localhost"), X509_V_OK);
}

}  // namespace
}  // namespace cloche::crypto
