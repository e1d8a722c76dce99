#include "http/tls_certificates.hpp"

#include "base/clock.hpp"
#include "base/utc_text.hpp"
#include "http/tls.hpp"
#include "observability/log.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace cloche::http {
namespace {

using observability::level;
using observability::log_line;

// The intermediate level of Mozilla's guide: TLS 1.2 with forward secrecy and an AEAD, and TLS 1.3.
constexpr const char* ciphers_of_tls_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* ciphers_of_tls_1_3 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* groups = "X25519:P-256:P-384";

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    return lower;
}

/// ALPN (RFC 7301): what browsers and we both speak. A browser that speaks none of it is told so.
int choose_protocol(
    SSL*,
    const unsigned char** chosen,
    unsigned char* chosen_size,
    const unsigned char* offered,
    unsigned offered_size,
    void* http2
) {
    // What we like best comes first.
    static constexpr std::array<unsigned char, 12> spoken{
        2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    constexpr std::size_t http2_size = 3;
    const std::size_t skipped = *static_cast<const bool*>(http2) ? 0 : http2_size;
    const auto size = static_cast<unsigned>(spoken.size() - skipped);
    unsigned char* out = nullptr;
    const int found = ::SSL_select_next_proto(
        &out, chosen_size, spoken.data() + skipped, size, offered, offered_size
    );
    if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = out;
    return SSL_TLSEXT_ERR_OK;
}

int choose_certificate(SSL* session, int*, void* set) {
    const char* const host = ::SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
    if (host == nullptr) return SSL_TLSEXT_ERR_NOACK;
    SSL_CTX& context = static_cast<const certificate_set*>(set)->for_name(host);
    ::SSL_set_SSL_CTX(session, &context);
    return SSL_TLSEXT_ERR_OK;
}

std::time_t time_of(const ASN1_TIME* when) {
    std::tm parts{};
    if (::ASN1_TIME_to_tm(when, &parts) != 1) return 0;
    return ::timegm(&parts);
}

}  // namespace

void certificate_set::freed::operator()(SSL_CTX* context) const noexcept {
    ::SSL_CTX_free(context);
}

certificate_set::~certificate_set() = default;

std::shared_ptr<const certificate_set> certificate_set::read(
    const std::vector<certificate_files>& files, bool http2, std::string& why
) {
    const std::shared_ptr<certificate_set> made(new certificate_set(http2));
    for (const auto& each : files) {
        if (!made->add(each, why)) return nullptr;
    }
    return made;
}

bool certificate_set::add(const certificate_files& files, std::string& why) {
    std::unique_ptr<SSL_CTX, freed> context(::SSL_CTX_new(::TLS_server_method()));
    SSL_CTX* const raw = context.get();
    // SSL_CTX_set1_groups_list, whose macro casts the old way.
    auto* const group_list = const_cast<char*>(groups);  // NOLINT: it only reads
    const bool is_set_up = raw != nullptr &&
                           ::SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1 &&
                           ::SSL_CTX_set_cipher_list(raw, ciphers_of_tls_1_2) == 1 &&
                           ::SSL_CTX_set_ciphersuites(raw, ciphers_of_tls_1_3) == 1 &&
                           ::SSL_CTX_ctrl(raw, SSL_CTRL_SET_GROUPS_LIST, 0, group_list) == 1;
    if (!is_set_up) {
        why = "TLS cannot be set up";
        return false;
    }
    // Our order, but for browsers without AES instructions, which put ChaCha20 first.
    constexpr auto order = SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA;
    ::SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | order);
    auto* const offers_http2 = const_cast<bool*>(&http2_);  // NOLINT: it only reads
    ::SSL_CTX_set_alpn_select_cb(raw, choose_protocol, offers_http2);
    // SSL_CTX_set_tlsext_servername_callback and _arg, whose macros cast the old way.
    ::SSL_CTX_callback_ctrl(
        raw,
        SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
        reinterpret_cast<void (*)()>(&choose_certificate)  // NOLINT: as the macro does
    );
    ::SSL_CTX_ctrl(raw, SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, this);

    if (!use_certificate(*raw, files, why)) return false;
    X509* const certificate = ::SSL_CTX_get0_certificate(raw);
    const std::time_t expires = time_of(::X509_get0_notAfter(certificate));
    if (expires < std::time(nullptr))
        log_line(level::warn, "certificate_expired").with("file", files.certificate);
    expires_at_ = contexts_.empty() ? expires : std::min(expires_at_, expires);
    contexts_.push_back(std::move(context));
    add_names(certificate, raw);
    return true;
}

void certificate_set::add_names(X509* certificate, SSL_CTX* context) {
    auto* const names = static_cast<GENERAL_NAMES*>(
        ::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)
    );
    // What the macros sk_GENERAL_NAME_num and _value call; they cast the old way.
    const auto* const stack = reinterpret_cast<const OPENSSL_STACK*>(names);
    for (int index = 0; index < ::OPENSSL_sk_num(stack); ++index) {
        const auto* const name = static_cast<const GENERAL_NAME*>(::OPENSSL_sk_value(stack, index));
        if (name->type != GEN_DNS) continue;
        const auto* const text =
            reinterpret_cast<const char*>(::ASN1_STRING_get0_data(name->d.dNSName));
        const auto size = static_cast<std::size_t>(::ASN1_STRING_length(name->d.dNSName));
        by_name_.emplace(lower_case({text, size}), context);
    }
    ::GENERAL_NAMES_free(names);
}

SSL_CTX& certificate_set::for_name(std::string_view host) const {
    const std::string name = lower_case(host);
    auto found = by_name_.find(name);
    const std::size_t dot = name.find('.');
    if (found == by_name_.end() && dot != std::string::npos)
        found = by_name_.find("*" + name.substr(dot));
    return found == by_name_.end() ? first() : *found->second;
}

std::shared_ptr<certificates> certificates::read(
    std::vector<certificate_files> files, bool http2, std::string& why
) {
    const std::shared_ptr<certificates> made(new certificates(std::move(files), http2));
    made->seen_ = made->versions_now();
    made->current_ = certificate_set::read(made->files_, http2, why);
    return made->current_ ? made : nullptr;
}

std::shared_ptr<const certificate_set> certificates::current() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

certificates::versions certificates::versions_now() const {
    versions now;
    for (const auto& each : files_) {
        now.push_back(version_of_file(each.certificate));
        now.push_back(version_of_file(each.key));
    }
    return now;
}

void certificates::look() {
    const std::lock_guard looking(looking_);
    versions now = versions_now();
    if (now == seen_) return;
    std::string why;
    auto fresh = certificate_set::read(files_, http2_, why);
    // A certificate and its key are two files: in between they may not fit each other, and the
    // second changes the version once more.
    seen_ = std::move(now);
    if (!fresh) {
        log_line(level::error, "certificates_not_loaded").with("reason", why);
        return;
    }
    log_line(level::info, "certificates_loaded")
        .with("until", utc_text(std::chrono::sys_seconds(seconds(fresh->expires_at()))));
    const std::lock_guard lock(mutex_);
    current_ = std::move(fresh);
}

}  // namespace cloche::http
