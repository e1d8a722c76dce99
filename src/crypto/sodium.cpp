#include "crypto/sodium.hpp"

#include <sodium/core.h>

#include <stdexcept>

namespace cloche::crypto {

void use_sodium() {
    static const int outcome = sodium_init();
    if (outcome < 0) throw std::runtime_error("libsodium cannot start: no random bytes");
}

}  // namespace cloche::crypto
