#include "http/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

namespace cloche::http {

namespace asio = boost::asio;

namespace {

error last_openssl_error() {
    return {static_cast<int>(::ERR_get_error()), asio::error::get_ssl_category()};
}

}  // namespace

result<std::unique_ptr<asio::ssl::context>> make_client_context(const std::string& ca_file) {
    auto made = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    error failed;
    made->set_options(
        asio::ssl::context::default_workarounds | asio::ssl::context::no_compression, failed
    );
    if (failed) return failed;
    if (::SSL_CTX_set_min_proto_version(made->native_handle(), TLS1_2_VERSION) != 1) {
        return last_openssl_error();
    }
    if (ca_file.empty())
        made->set_default_verify_paths(failed);
    else
        made->load_verify_file(ca_file, failed);
    if (failed) return failed;
    made->set_verify_mode(asio::ssl::verify_peer, failed);
    if (failed) return failed;
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
