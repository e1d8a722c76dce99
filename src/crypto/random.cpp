#include "crypto/random.hpp"

#include "crypto/sodium.hpp"

#include <sodium/randombytes.h>

namespace cloche::crypto {

std::string system_random::bytes(std::size_t count) {
    use_sodium();
    std::string drawn(count, '\0');
    randombytes_buf(drawn.data(), drawn.size());
    return drawn;
}

}  // namespace cloche::crypto
