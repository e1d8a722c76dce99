// What can go wrong in `identity`. reply.hpp holds the one map from these to statuses.
#pragma once

#include "base/result.hpp"

namespace cloche::identity {

enum class errc {
    bad_credentials =
        1,  ///< unknown, wrong, unverified or disabled: on purpose one code for all (EN-1)
    bad_verification,   ///< a used, wrong, superseded or stale link: one code for all
    bad_refresh_token,  ///< unknown, expired, revoked or reused
    bad_access_token,   ///< not a bearer token of ours, or its session is over
    no_access_token,    ///< no bearer token at all
    malformed_request,  ///< the body is not JSON, or the Authorization field is not a bearer token
    malformed_mail_address,
    overloaded,        ///< too many passwords are being hashed
    mail_refused,      ///< the mail server refused this mail for good
    mail_unreachable,  ///< the mail could not be handed over now
};
const boost::system::error_category& identity_category() noexcept;
inline error make_error_code(errc e) {
    return {static_cast<int>(e), identity_category()};
}

}  // namespace cloche::identity

template <>
struct boost::system::is_error_code_enum<cloche::identity::errc> : std::true_type {};
