// argon2id, as a PHC string. Slow on purpose: only through runtime::worker_pool.
#pragma once

#include "base/secret.hpp"
#include "crypto/errc.hpp"

#include <cstdint>
#include <string>

namespace cloche::crypto {

struct password_cost {
    std::uint64_t memory = 19 * 1024 * 1024;  ///< bytes; the floor of OWASP and ASVS (ID-1)
    unsigned passes = 2;
};

std::string hash_password(const password& secret, const password_cost& cost);
/// Errors: errc::bad_hash when `phc` is none.
result<bool> verify_password(const password& secret, const std::string& phc);
/// True when `phc` was made with other parameters than `cost` (ID-2).
bool needs_rehash(const std::string& phc, const password_cost& cost);

}  // namespace cloche::crypto
