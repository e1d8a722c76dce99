#include "base/secret.hpp"

#include <sodium/utils.h>

namespace cloche {

void wipe(void* data, std::size_t size) noexcept {
    sodium_memzero(data, size);
}

void wipe(std::string& text) noexcept {
    // Up to its capacity a string grows in place: so the characters it no longer counts go too.
    text.resize(text.capacity());
    wipe(text.data(), text.size());
    text.clear();
}

}  // namespace cloche
