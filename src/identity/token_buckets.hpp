// Token buckets in a table of bounded size: how often somebody may ask for something.
//
// Kept in memory: a restart forgives everybody, and each process counts for itself (EN-6). Time is
// a parameter. Any thread.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cloche::identity {

/// `burst` at once, then `per_second`.
struct rate {
    double per_second = 1;
    double burst = 10;
};

/// One bucket: full at first, emptied by use, filled by time.
struct token_bucket {
    double tokens;
    monotonic filled;

    /// Takes one token; or says how long until there is one, and takes nothing.
    std::optional<seconds> take(const rate& limit, monotonic now);
};

/// Buckets by key. When the table is full the bucket that was asked for the longest time ago is
/// forgotten: whoever brings that about with many addresses of his own gives nobody else a
/// disadvantage.
class bucket_table {
public:
    explicit bucket_table(std::size_t capacity) : capacity_(capacity) {}

    /// Nothing: go on. Otherwise: not before that time is over.
    std::optional<seconds> take(std::string_view key, const rate& limit, monotonic now);
    std::size_t size() const;

private:
    struct entry {
        std::string key;
        token_bucket bucket;
    };
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::list<entry> recent_;  ///< the last one asked for first
    std::unordered_map<std::string_view, std::list<entry>::iterator> by_key_;
};

}  // namespace cloche::identity
