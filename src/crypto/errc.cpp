#include "crypto/errc.hpp"

#include "base/error_category.hpp"

namespace cloche::crypto {
namespace {

const char* describe(errc code) noexcept {
    switch (code) {
        case errc::cannot_open:
            return "sealed text does not open: changed, or sealed for another purpose";
        case errc::unknown_key:
            return "sealed with a key that is not in the ring";
        case errc::bad_key_file:
            return "key file cannot be used";
        case errc::bad_hash:
            return "not a password hash";
    }
    return nullptr;
}

}  // namespace

const boost::system::error_category& crypto_category() noexcept {
    static const enum_category<errc> category("cloche.crypto", describe);
    return category;
}

}  // namespace cloche::crypto
