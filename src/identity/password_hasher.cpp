#include "identity/password_hasher.hpp"

#include "base/encoding.hpp"
#include "observability/log.hpp"

#include <new>

namespace cloche::identity {
namespace {

using observability::level;
using observability::log_line;

/// Whatever kept the work from being done, the client can only try again later.
template <class Value>
result<Value> done_or_overloaded(const result<std::optional<Value>>& done) {
    if (!done || !*done) CLOCHE_FAIL(errc::overloaded);
    return **done;
}

}  // namespace

password_hasher::password_hasher(
    crypto::password_cost cost,
    std::size_t threads,
    std::size_t queue,
    crypto::random_source& random
)
    : cost_(cost),
      nobodys_(crypto::hash_password(password(base64url_encode(random.bytes(32))), cost)),
      pool_(threads, queue) {}

std::optional<std::string> password_hasher::hash_now(const password& secret) {
    hashes_.fetch_add(1, std::memory_order_relaxed);
    try {
        return crypto::hash_password(secret, cost_);
    } catch (const std::bad_alloc&) {
        return std::nullopt;
    }
}

std::optional<password_verdict> password_hasher::compare_now(
    const password& secret, const std::string& phc
) {
    hashes_.fetch_add(1, std::memory_order_relaxed);
    try {
        const auto right = crypto::verify_password(secret, phc.empty() ? nobodys_ : phc);
        if (!right) {
            log_line(level::error, "password_hash_unreadable")
                .with("reason", right.error().message());
            return password_verdict::wrong;
        }
        if (!*right || phc.empty()) return password_verdict::wrong;
        return crypto::needs_rehash(phc, cost_) ? password_verdict::right_but_outdated
                                                : password_verdict::right;
    } catch (const std::bad_alloc&) {
        return std::nullopt;
    }
}

runtime::task<result<std::string>> password_hasher::hash(password secret) {
    auto work = [this, secret = std::move(secret)] { return hash_now(secret); };
    auto done = co_await runtime::offload(pool_, std::move(work));
    co_return done_or_overloaded(done);
}

runtime::task<result<password_verdict>> password_hasher::compare(password secret, std::string phc) {
    auto work = [this, secret = std::move(secret), phc = std::move(phc)] {
        return compare_now(secret, phc);
    };
    auto done = co_await runtime::offload(pool_, std::move(work));
    co_return done_or_overloaded(done);
}

std::string password_hasher::hash_blocking(const password& secret) {
    return crypto::hash_password(secret, cost_);
}

}  // namespace cloche::identity
