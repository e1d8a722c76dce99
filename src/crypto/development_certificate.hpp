// A certificate for https on one's own machine: made by an authority that exists for a moment only.
//
// The authority may vouch for the names of this machine and no others (name constraints, RFC 5280
// section 4.2.1.10), and its key is gone when the certificate is made: whoever trusts it trusts
// this one certificate.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace cloche::crypto {

struct development_certificate {
    std::string authority;    ///< PEM, to be trusted by browsers
    std::string certificate;  ///< PEM: for localhost, 127.0.0.1 and ::1
    std::string key;          ///< PEM

    development_certificate() = default;
};

/// Nothing if OpenSSL cannot: it has no memory, or no random numbers.
std::optional<development_certificate> make_development_certificate(std::chrono::days valid_for);

}  // namespace cloche::crypto
