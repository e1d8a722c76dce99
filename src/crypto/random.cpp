#include "crypto/random.hpp"

#include "crypto/sodium.hpp"

#include <sodium/randombytes.h>

#include <array>

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
        // By a seed: the system gives 256 bytes a call.
        std::array<unsigned char, randombytes_SEEDBYTES> seed{};
        use_sodium();
        randombytes_buf(seed.data(), seed.size());
        buffer.resize(refill);
        randombytes_buf_deterministic(buffer.data(), buffer.size(), seed.data());
        used = 0;
    }
    used += count;
    return buffer.substr(used - count, count);
}

}  // namespace cloche::crypto
