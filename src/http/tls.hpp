// TLS contexts. Whom to trust, and how the other end proves its name (PX-18). The only home of
// OpenSSL in this folder, with `transport`.
#pragma once

#include "base/result.hpp"
#include "http/certificate_files.hpp"

#include <openssl/types.h>

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace cloche::http {

/// For connections that we open: TLS 1.2 at least, the other end's chain is verified against
/// `ca_file` (PEM), or against the system's authorities where that is empty; `own` is shown to who
/// asks for it. Null: `why` names the file that cannot be used, and the reason.
std::unique_ptr<boost::asio::ssl::context> make_client_context(
    const std::string& ca_file, const certificate_files& own, std::string& why
);

/// Has `context` show a certificate. False: `why` as above.
bool use_certificate(SSL_CTX& context, const certificate_files& files, std::string& why);

/// Makes `session` fail its handshake unless the certificate is for `host` (name or address), and
/// names the host to the server (SNI; not for addresses, RFC 6066 section 3).
error expect_host(SSL& session, std::string_view host);

}  // namespace cloche::http
