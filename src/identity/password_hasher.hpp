// Hashes and compares passwords off the I/O threads, a bounded number at once (ID-3).
//
// From any I/O thread. Every comparison costs one hash, also where there is nothing to compare with
// (EN-2); the count of hashes is there for the test of that, and for the metrics.
#pragma once

#include "base/secret.hpp"
#include "crypto/password_hash.hpp"
#include "crypto/random.hpp"
#include "identity/errc.hpp"
#include "runtime/offload.hpp"
#include "runtime/task.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

namespace cloche::identity {

enum class password_verdict {
    wrong,
    right,
    right_but_outdated,  ///< right, and hashed with other parameters than today's (ID-2)
};

class password_hasher {
public:
    /// `threads` 0: one per core but one. `queue`: how many may wait. Hashes one password, to have
    /// something for comparisons with nobody's.
    password_hasher(
        crypto::password_cost cost,
        std::size_t threads,
        std::size_t queue,
        crypto::random_source& random
    );

    /// Errors: overloaded, when the queue is full or there is no memory.
    runtime::task<result<std::string>> hash(password secret);
    /// `phc` empty: nobody's; wrong, for the price of a comparison. Errors: overloaded.
    runtime::task<result<password_verdict>> compare(password secret, std::string phc);

    /// The same on the calling thread: for the command line.
    std::string hash_blocking(const password& secret);

    std::uint64_t hashes() const noexcept { return hashes_.load(std::memory_order_relaxed); }

private:
    /// Nothing: there is no memory.
    std::optional<std::string> hash_now(const password& secret);
    std::optional<password_verdict> compare_now(const password& secret, const std::string& phc);

    const crypto::password_cost cost_;
    const std::string nobodys_;
    std::atomic<std::uint64_t> hashes_{0};
    runtime::worker_pool pool_;  ///< goes first: its work uses the rest
};

}  // namespace cloche::identity
