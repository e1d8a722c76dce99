// What the identity API can be told. Filled by `config`; plain data, the defaults are those of
// docs/configuration.md.
#pragma once

#include "base/clock.hpp"
#include "crypto/password_hash.hpp"
#include "identity/request_limits.hpp"

#include <string>
#include <vector>

namespace cloche::identity {

struct mail_options {
    std::string from = "no-reply@localhost";
    std::string to = "files";   ///< `files` (under DATA/outbox), or smtp://host[:port], smtps://…
    std::string outbox_folder;  ///< where `files` go; empty: DATA/outbox
};

struct identity_options {
    std::string issuer = "http://127.0.0.1:8000";
    std::string audience;  ///< `aud` of access tokens; empty: the issuer
    std::string public_url = "http://localhost:3000";  ///< what mailed links point at
    std::vector<std::string> trusted_proxies;          ///< CIDRs
    std::vector<std::string> cors;                     ///< exact origins
    seconds access_lifetime{300};
    seconds refresh_absolute{30 * 24 * 3600};
    seconds refresh_idle{7 * 24 * 3600};
    seconds refresh_grace{10};             ///< 0 to 60
    std::size_t password_min_length = 15;  ///< not below 8
    crypto::password_cost password_cost;
    mail_options mail;
    limit_options limits;
};

}  // namespace cloche::identity
