#include "tokens/errc.hpp"

#include "base/error_category.hpp"

namespace cloche::tokens {
namespace {

const char* describe(errc code) noexcept {
    switch (code) {
        case errc::malformed:
            return "not a token in compact form";
        case errc::bad_algorithm:
            return "the token's algorithm is not allowed";
        case errc::unknown_key:
            return "no key of the token's key id";
        case errc::bad_signature:
            return "the token's signature does not verify";
        case errc::expired:
            return "the token has expired, or is not yet valid";
        case errc::wrong_audience:
            return "the token is meant for another audience";
        case errc::wrong_issuer:
            return "the token is from another issuer";
        case errc::wrong_type:
            return "the token is of another type";
        case errc::bad_key:
            return "the key cannot be read or made";
    }
    return nullptr;
}

}  // namespace

const boost::system::error_category& tokens_category() noexcept {
    static const enum_category<errc> category("cloche.tokens", describe);
    return category;
}

}  // namespace cloche::tokens
