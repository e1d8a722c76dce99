// What can go wrong in `crypto`.
#pragma once

#include "base/result.hpp"

namespace cloche::crypto {

enum class errc {
    cannot_open = 1,  ///< a sealed text was changed, or sealed for another purpose
    unknown_key,      ///< the key it was sealed with is not in the ring
    bad_key_file,     ///< the key file cannot be read, or is not a key ring
    bad_hash,         ///< not a password hash
};
const boost::system::error_category& crypto_category() noexcept;
inline error make_error_code(errc e) {
    return {static_cast<int>(e), crypto_category()};
}

}  // namespace cloche::crypto

template <>
struct boost::system::is_error_code_enum<cloche::crypto::errc> : std::true_type {};
