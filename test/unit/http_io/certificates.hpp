// A certificate authority for one test, and the certificates that it issues. Files in PEM.
#pragma once

#include "support/temporary_folder.hpp"

#include <memory>
#include <string>

namespace cloche::http {

class certificate_authority {
public:
    explicit certificate_authority(const std::string& name);
    ~certificate_authority();

    /// Its own certificate.
    const std::string& file() const noexcept { return file_; }
    /// A certificate with its key behind it, in one file. `alternative` is a subjectAltName:
    /// `DNS:...` or `IP:...`.
    std::string issue(const std::string& alternative);

private:
    struct state;
    test::temporary_folder folder_;
    std::unique_ptr<state> state_;
    std::string file_;
    int issued_ = 0;
};

}  // namespace cloche::http
