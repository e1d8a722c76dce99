// `cloche dev-cert`: a certificate for https on one's own machine.
#pragma once

#include <string>

namespace cloche::cli {

/// Writes `authority.pem`, `certificate.pem` and `key.pem` into a folder, which is made if need be,
/// and says how they are used. Never in place of files that are there. Gives the exit code.
int make_dev_cert(const std::string& folder);

}  // namespace cloche::cli
