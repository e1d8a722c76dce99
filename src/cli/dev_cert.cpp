#include "cli/dev_cert.hpp"

#include "app/exit_code.hpp"
#include "base/atomic_file.hpp"
#include "base/file_version.hpp"
#include "cli/fail.hpp"
#include "crypto/development_certificate.hpp"

#include <cstdio>
#include <filesystem>
#include <system_error>

namespace cloche::cli {
namespace {

// Browsers take no certificate that is good for longer (Apple, and then the CA/Browser Forum).
constexpr std::chrono::days valid_for{397};

}  // namespace

int make_dev_cert(const std::string& folder) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) return fail(folder + ": " + failed.message());
    const std::string authority = folder + "/authority.pem";
    const std::string certificate = folder + "/certificate.pem";
    const std::string key = folder + "/key.pem";
    for (const auto& file : {authority, certificate, key}) {
        if (is_there(file))
            return fail(file + " is there already; remove it, or name another folder");
    }
    const auto made = crypto::make_development_certificate(valid_for);
    if (!made) return fail("OpenSSL cannot make a certificate");
    // The key last: where it is, the others are.
    for (const auto& [file, text, mode] :
         {std::tuple(authority, made->authority, mode_t{0644}),
          std::tuple(certificate, made->certificate, mode_t{0644}),
          std::tuple(key, made->key, mode_t{0600})}) {
        const auto written = create_file(file, text, mode);
        if (!written) return fail(file + ": " + written.error().message());
    }
    std::printf(
        "made for localhost, 127.0.0.1 and ::1, good for %d days\n\n"
        "public_url: https://localhost:3000\n"
        "tls: { certificates: [ { certificate: %s, key: %s } ] }\n\n"
        "Browsers trust it once %s is among their authorities; curl: --cacert.\n",
        static_cast<int>(valid_for.count()),
        certificate.c_str(),
        key.c_str(),
        authority.c_str()
    );
    return app::success;
}

}  // namespace cloche::cli
