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

/// True if `cost` is no weaker than 19 MiB in two passes or 46 MiB in one,
/// which start-up demands (ID-1).
bool meets_floor(const password_cost& cost) noexcept;

/// A fresh salt each time. Every byte of the password counts, NUL included; it is never cut.
/// Throws std::bad_alloc when the memory is not to be had, std::invalid_argument for a
/// cost that argon2 does not know.
std::string hash_password(const password& secret, const password_cost& cost);

/// Errors: errc::bad_hash when `phc` is none. Throws std::bad_alloc.
result<bool> verify_password(const password& secret, const std::string& phc);

/// True when `phc` was made with other parameters than `cost`, or is none (ID-2).
bool needs_rehash(const std::string& phc, const password_cost& cost);

}  // namespace cloche::crypto
