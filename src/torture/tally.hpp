// What a run counts. Any thread.
#pragma once

#include "base/clock.hpp"
#include "torture/fault_plan.hpp"
#include "torture/token_ledger.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace cloche::torture {

/// Times by their share, to an accuracy of 1/16: what a request took.
class latency_histogram {
public:
    void add(std::chrono::microseconds took);
    /// What `share` of the requests took at most. 0 if there was none.
    std::chrono::microseconds at(double share) const;
    std::chrono::microseconds most() const noexcept { return most_; }

private:
    static constexpr std::size_t per_doubling = 16;
    static constexpr std::size_t doublings = 40;
    std::array<std::uint64_t, per_doubling * doublings> counts_{};
    std::uint64_t all_ = 0;
    std::chrono::microseconds most_{0};
};

struct figures {
    // At the API.
    std::uint64_t refreshes = 0;      ///< tokens rotated
    std::uint64_t repeats = 0;        ///< a spent token once more, excused by a fault
    std::uint64_t double_spends = 0;  ///< and not excused
    std::uint64_t stale_tokens = 0;   ///< calls that came with an expired access token
    std::array<std::uint64_t, fault_count> faults{};

    // In the browsers.
    std::uint64_t sign_ins = 0;
    std::uint64_t signed_out_by_person = 0;
    std::uint64_t signed_out_by_api = 0;
    std::uint64_t lost_unavoidably = 0;
    std::uint64_t signed_out_undeserved = 0;
    std::uint64_t wrong_user = 0;             ///< answers about somebody else
    std::uint64_t served_after_sign_out = 0;  ///< with the cookies of a session that was over
    std::uint64_t not_served_at_end = 0;      ///< though nothing went wrong any more
    std::uint64_t requests = 0;
    std::uint64_t abandoned = 0;                  ///< the browser went away by itself
    std::map<std::string, std::uint64_t> failed;  ///< by status or error
    milliseconds signed_in{0};                    ///< of all sessions together
    milliseconds late{0};                         ///< in which a thread of the run did not keep up
    latency_histogram latency;

    // To the gateway.
    std::uint64_t kills = 0;
    std::uint64_t pauses = 0;
    std::uint64_t outages = 0;
    std::uint64_t deaths = 0;  ///< replicas that ended by themselves

    std::vector<std::string> findings;  ///< the first few of what must not be

    /// Nothing happened that must not.
    bool is_clean() const noexcept;
};

class tally {
public:
    /// Changes the figures in one piece.
    template <class Change>
    void note(Change change) {
        const std::lock_guard lock(mutex_);
        change(figures_);
    }
    /// Something that must not be, in words; the first few are kept.
    void find(std::string what);
    figures now() const;

private:
    mutable std::mutex mutex_;
    figures figures_;
};

}  // namespace cloche::torture
