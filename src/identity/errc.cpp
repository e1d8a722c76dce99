#include "identity/errc.hpp"

#include "base/error_category.hpp"

namespace cloche::identity {
namespace {

const char* describe(errc code) noexcept {
    switch (code) {
        case errc::bad_credentials:
            return "the e-mail address or the password is wrong";
        case errc::bad_verification:
            return "the link is not valid, or no longer";
        case errc::bad_refresh_token:
            return "the refresh token is not valid";
        case errc::bad_access_token:
            return "the access token is not valid";
        case errc::no_access_token:
            return "an access token is needed";
        case errc::malformed_bearer:
            return "the Authorization field cannot be read";
        case errc::malformed_request:
            return "the body is not a JSON object";
        case errc::invalid_form:
            return "a member of the body is missing or wrong";
        case errc::wrong_media_type:
            return "the body must be application/json";
        case errc::cross_site:
            return "another site made this request";
        case errc::throttled:
            return "too many requests";
        case errc::not_found:
            return "there is nothing here";
        case errc::method_not_allowed:
            return "the method is not allowed here";
        case errc::malformed_mail_address:
            return "not a mail address";
        case errc::overloaded:
            return "too many passwords are being hashed";
        case errc::mail_refused:
            return "the mail server refused the mail";
        case errc::mail_unreachable:
            return "the mail could not be handed over";
    }
    return nullptr;
}

}  // namespace

const boost::system::error_category& identity_category() noexcept {
    static const enum_category<errc> category("cloche.identity", describe);
    return category;
}

}  // namespace cloche::identity
