// What can be wrong with a token.
#pragma once

#include "base/result.hpp"

namespace cloche::tokens {

enum class errc {
    malformed = 1,  ///< not a compact JWS of ours to read
    bad_algorithm,  ///< not on the allow-list, or not fitting the key (TK-1)
    unknown_key,    ///< no key of that id
    bad_signature,
    expired,  ///< or not yet valid
    wrong_audience,
    wrong_issuer,
    wrong_type,  ///< `typ` is not what this use demands (TK-4)
    bad_key,     ///< a key that cannot be read or made
};
const boost::system::error_category& tokens_category() noexcept;
inline error make_error_code(errc e) {
    return {static_cast<int>(e), tokens_category()};
}

}  // namespace cloche::tokens

template <>
struct boost::system::is_error_code_enum<cloche::tokens::errc> : std::true_type {};
