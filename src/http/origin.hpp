// Where requests to an upstream go. Pure.
#pragma once

#include "base/result.hpp"
#include "http/certificate_files.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cloche::http {

/// From configuration only (BF-3).
struct origin {
    bool tls = false;
    std::string host = "127.0.0.1";  ///< name or address, without brackets
    std::uint16_t port = 8000;
    std::string base_path;  ///< "" or "/api": stands before every target
    std::string ca_file;    ///< PEM; empty: the system's authorities
    certificate_files own;  ///< what we show it (mutual TLS); empty: nothing

    /// `http://host[:port][/base]`. Errors: std::errc::invalid_argument.
    static result<origin> parse(std::string_view url);
    std::string authority() const;  ///< host[:port] as the Host field has it
};

}  // namespace cloche::http
