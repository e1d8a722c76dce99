// How many wrong passwords one account takes (EN-4, NIST SP 800-63B section 3.2.2). Time is a
// parameter. Any thread.
//
// After a few failures each further try has to wait, twice as long each time; at 100 in a row it is
// over until a day has passed without a try. Counted by the address asked for, whether or not there
// is such an account, so that the limit says nothing about who has one (EN-1).
//
// That alone would let anybody lock a person out by failing on purpose. Therefore places that the
// person has signed in from before count apart (`familiar`): strangers' failures do not touch them,
// and a link mailed to the person makes a new place familiar (docs/identity.md, "Being locked
// out").
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

struct throttle_policy {
    unsigned free_failures = 5;    ///< typing errors, which cost nothing
    unsigned most_failures = 100;  ///< in a row
    seconds first_wait{1};         ///< doubled with every failure
    seconds longest_wait{15 * 60};
    seconds forgotten_after{24 * 3600};
};

/// The failures of one account, from one kind of place.
struct failure_count {
    unsigned failures = 0;
    unsigned pending = 0;  ///< tries whose password is being looked at
    monotonic last_failure{};

    /// Nothing: the try may go on, and counts as pending. Otherwise: not before that time is over.
    /// Pending tries count against `most_failures`, and in the waiting stage there is one at a
    /// time: guesses at the same moment are no way around the limit.
    std::optional<seconds> admit(const throttle_policy& policy, monotonic now);
    void failed(monotonic now);
    void succeeded();
    /// The password was not looked at after all.
    void withdrawn();
};

/// The wait after so many failures in a row.
seconds wait_after(unsigned failures, const throttle_policy& policy);

class login_throttle {
public:
    login_throttle(throttle_policy policy, std::size_t capacity)
        : policy_(policy), capacity_(capacity) {}

    /// As failure_count::admit. Each admitted try must be ended by exactly one of the three below.
    std::optional<seconds> admit(std::string_view key, monotonic now);
    void failed(std::string_view key, monotonic now);
    void succeeded(std::string_view key);
    void withdrawn(std::string_view key);
    std::size_t size() const;

private:
    struct entry {
        std::string key;
        failure_count count;
    };
    entry* find(std::string_view key);
    void forget_one();

    const throttle_policy policy_;
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::list<entry> recent_;  ///< the last one asked for first
    std::unordered_map<std::string_view, std::list<entry>::iterator> by_key_;
};

}  // namespace cloche::identity
