// The certificates of a listener: which one a browser gets by the name it asks for (SNI, RFC 6066
// section 3), and how they are read again when their files change.
#pragma once

#include "base/file_version.hpp"
#include "http/certificate_files.hpp"

#include <openssl/types.h>

#include <cstddef>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::http {

/// What the files held when they were read. Does not change: a connection keeps the set that it
/// began with. Any thread.
class certificate_set {
public:
    /// All of them; the first is for browsers that ask for no name, or for one that none has.
    /// Null: `why` names the file and what is wrong with it.
    static std::shared_ptr<const certificate_set> read(
        const std::vector<certificate_files>& files, bool http2, std::string& why
    );
    ~certificate_set();
    certificate_set(const certificate_set&) = delete;
    certificate_set& operator=(const certificate_set&) = delete;

    /// What a connection begins its handshake with.
    SSL_CTX& first() const noexcept { return *contexts_.front(); }
    /// What goes on with it: exactly that name, else `*.` for its first label (RFC 6125 section
    /// 6.4.3), else the first.
    SSL_CTX& for_name(std::string_view host) const;
    /// When the first of them to do so expires.
    std::time_t expires_at() const noexcept { return expires_at_; }

private:
    struct freed {
        void operator()(SSL_CTX* context) const noexcept;
    };
    explicit certificate_set(bool http2) : http2_(http2) {}
    bool add(const certificate_files& files, std::string& why);
    void add_names(X509* certificate, SSL_CTX* context);

    const bool http2_;
    std::vector<std::unique_ptr<SSL_CTX, freed>> contexts_;
    std::map<std::string, SSL_CTX*, std::less<>> by_name_;
    std::time_t expires_at_ = 0;
};

/// The set that new connections get. Any thread.
class certificates {
public:
    /// `http2`: browsers are offered it besides HTTP/1.1. Null: `why` says what is wrong.
    static std::shared_ptr<certificates> read(
        std::vector<certificate_files> files, bool http2, std::string& why
    );

    std::shared_ptr<const certificate_set> current() const;
    /// Reads the files again if one of them is another than before. What cannot be used is said in
    /// the log, and the set before stays. Blocks: not on an I/O thread.
    void look();

private:
    using versions = std::vector<std::optional<file_version>>;
    certificates(std::vector<certificate_files> files, bool http2)
        : files_(std::move(files)), http2_(http2) {}
    versions versions_now() const;

    const std::vector<certificate_files> files_;
    const bool http2_;
    std::mutex looking_;
    versions seen_;  ///< under `looking_`
    mutable std::mutex mutex_;
    std::shared_ptr<const certificate_set> current_;
};

}  // namespace cloche::http
