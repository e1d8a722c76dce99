// Where a certificate is. Plain data.
#pragma once

#include <string>
#include <utility>

namespace cloche::http {

/// One certificate with its key, in PEM.
struct certificate_files {
    std::string certificate;  ///< the server's own first, then those that lead to an authority
    std::string key;          ///< not encrypted

    certificate_files() = default;
    certificate_files(std::string certificate_file, std::string key_file)
        : certificate(std::move(certificate_file)), key(std::move(key_file)) {}
};

}  // namespace cloche::http
