#include "http/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

namespace cloche::http {

namespace asio = boost::asio;

namespace {

std::string last_words() {
    const auto code = ::ERR_peek_last_error();
    ::ERR_clear_error();
    const char* const reason = ::ERR_reason_error_string(code);
    return reason != nullptr ? reason : "not usable";
}

/// A key with a passphrase would have OpenSSL ask for it at the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

error last_openssl_error() {
    return {static_cast<int>(::ERR_get_error()), asio::error::get_ssl_category()};
}

}  // namespace

bool use_certificate(SSL_CTX& context, const certificate_files& files, std::string& why) {
    ::ERR_clear_error();
    ::SSL_CTX_set_default_passwd_cb(&context, no_passphrase);
    if (::SSL_CTX_use_certificate_chain_file(&context, files.certificate.c_str()) != 1) {
        why = files.certificate + ": no certificate in PEM can be read from it: " + last_words();
        return false;
    }
    if (::SSL_CTX_use_PrivateKey_file(&context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        const std::string words = last_words();
        const bool is_other = words.find("mismatch") != std::string::npos;
        why = files.key +
              (is_other ? ": is not the key of " + files.certificate
                        : ": no key in PEM, without a passphrase, can be read from it: " + words);
        return false;
    }
    return true;
}

std::unique_ptr<asio::ssl::context> make_client_context(
    const std::string& ca_file, const certificate_files& own, std::string& why
) {
    auto made = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    error failed;
    made->set_options(
        asio::ssl::context::default_workarounds | asio::ssl::context::no_compression, failed
    );
    // A reader and a writer may be on at once; a second handshake would have each wait for the
    // other.
    ::SSL_CTX_set_options(made->native_handle(), SSL_OP_NO_RENEGOTIATION);
    if (!failed && ::SSL_CTX_set_min_proto_version(made->native_handle(), TLS1_2_VERSION) != 1)
        failed = last_openssl_error();
    if (!failed) made->set_verify_mode(asio::ssl::verify_peer, failed);
    if (!failed && ca_file.empty()) made->set_default_verify_paths(failed);
    if (failed) {
        why = "TLS cannot be set up: " + failed.message();
        return nullptr;
    }
    if (!ca_file.empty()) {
        made->load_verify_file(ca_file, failed);
        if (failed) {
            why = ca_file + ": no authorities in PEM can be read from it: " + failed.message();
            return nullptr;
        }
    }
    if (!own.certificate.empty() && !use_certificate(*made->native_handle(), own, why))
        return nullptr;
    return made;
}

error expect_host(SSL& session, std::string_view host) {
    const std::string name(host);
    auto* parameters = ::SSL_get0_param(&session);
    error not_an_address;
    asio::ip::make_address(name, not_an_address);
    ::ERR_clear_error();
    if (!not_an_address) {
        if (::X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) != 1)
            return last_openssl_error();
        return {};
    }
    ::X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (::X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), 0) != 1)
        return last_openssl_error();
    // SSL_set_tlsext_host_name, whose macro casts the old way.
    auto* const text = const_cast<char*>(name.c_str());  // NOLINT: it only reads
    if (::SSL_ctrl(&session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, text) != 1) {
        return last_openssl_error();
    }
    return {};
}

}  // namespace cloche::http
