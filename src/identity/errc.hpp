// What can go wrong in `identity`. reply.hpp holds the one map from these to statuses.
#pragma once

#include "base/result.hpp"

namespace cloche::identity {

enum class errc {
    bad_credentials = 1,  ///< unknown, wrong, unverified or disabled: on purpose one code (EN-1)
    bad_verification,     ///< a used, wrong, superseded or stale link: one code for all
    bad_refresh_token,    ///< unknown, expired, revoked or reused
    bad_access_token,     ///< not a bearer token of ours, or its session is over
    no_access_token,      ///< no bearer token at all
    malformed_bearer,     ///< an Authorization field that cannot be read, or two of them
    malformed_request,    ///< a body that is not a JSON object
    invalid_form,         ///< JSON, but not what is wanted; the refusal says where
    wrong_media_type,     ///< a body that is not JSON by its Content-Type (CS-7)
    cross_site,           ///< another site made the browser send its cookie (CS-1)
    throttled,            ///< too often; the refusal says when again
    not_found,
    method_not_allowed,
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
