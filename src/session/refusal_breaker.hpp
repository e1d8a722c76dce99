// Tells a fault of the deployment from people whose sessions were revoked (case 8): when the API
// refuses most of everybody's refreshes, it is the wrong secret or the wrong address, and nobody is
// to be signed out by it.
//
// Decides only; the time is a parameter. One for the process, not for several threads at once.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>

namespace cloche::session {

class refusal_breaker {
public:
    static constexpr milliseconds window{600'000};
    static constexpr std::size_t least_subjects = 20;

    /// A refresh that got a verdict: refused, or renewed. What the API did not decide is not noted.
    /// `subject`: whose session; someone with many sessions counts once, by the latest verdict.
    /// True: the breaker has opened or closed.
    bool note(std::string_view subject, bool refused, instant now);
    /// Lets verdicts grow old. True: the breaker has closed.
    bool tick(instant now);

    /// Opens when more than half of at least `least_subjects` subjects were refused within the
    /// window. Closes when it is a quarter at most: so it does not flap, and one API server of two
    /// that refuses everything keeps it open.
    bool is_open() const noexcept { return open_; }

private:
    struct verdict {
        instant at;
        bool refused;
    };
    void forget_old(instant now);
    bool judge();

    std::unordered_map<std::uint64_t, verdict> latest_;  ///< by a hash of the subject
    std::deque<std::pair<instant, std::uint64_t>> order_;
    std::size_t refused_ = 0;
    bool open_ = false;
};

}  // namespace cloche::session
