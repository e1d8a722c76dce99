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

std::string buffered_random::bytes(std::size_t count) {
    thread_local std::string buffer;
    thread_local std::size_t used = 0;
    constexpr std::size_t refill = 4096;
    if (count > refill) return system_random().bytes(count);
    if (buffer.size() - used < count) {
        buffer = system_random().bytes(refill);
        used = 0;
    }
    used += count;
    return buffer.substr(used - count, count);
}

}  // namespace cloche::crypto
