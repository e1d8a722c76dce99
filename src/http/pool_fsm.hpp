// What becomes of the connections to an upstream: which is used, kept, retired, and whether a
// request that failed is tried once more. Decides; owns no socket and never asks the time. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace cloche::http {

/// What is known of an exchange when it is over.
struct exchange_end {
    bool request_complete = false;
    bool answer_complete = false;
    bool surplus = false;     ///< bytes came behind the answer
    bool keep_alive = false;  ///< as the answer says
};

/// PX-12: the connection may carry another request only if both messages ended where they should.
bool is_reusable(const exchange_end& end) noexcept;

/// What is known of a request that has failed before the head of its answer was there.
struct failed_try {
    bool reused = false;      ///< the connection had carried another request before
    bool sent = false;        ///< bytes of this one were given to the kernel
    bool answered = false;    ///< bytes of an answer came
    bool stopped = false;     ///< it was we who ended it: a time limit, or a browser that went away
    bool repeatable = false;  ///< the method is idempotent and the whole body is still there
    bool fresh_wanted = false;  ///< the caller forbids any repetition
    bool repeated = false;      ///< this was the second try already
};

enum class after_failure {
    give_up,
    take_another,  ///< the connection was dead before anything was sent: the request has not been
                   ///< tried yet
    repeat_fresh,  ///< once more, on a new connection (PX-14)
};
after_failure decide(const failed_try& what) noexcept;

/// The connections that no request uses. Time is counted in ticks, by the caller.
template <class Link>
class pool_fsm {
public:
    using link_ptr = std::unique_ptr<Link>;

    pool_fsm(std::size_t most_idle, std::uint64_t ticks_idle)
        : most_idle_(most_idle), ticks_idle_(ticks_idle) {}

    /// The one used last, whose other end is the least likely to have given it up; nothing: make
    /// one.
    link_ptr take() noexcept {
        if (idle_.empty()) return nullptr;
        auto link = std::move(idle_.back().link);
        idle_.pop_back();
        return link;
    }

    /// Keeps it, and gives back what must be closed for that: it itself, if it cannot be kept.
    link_ptr put(link_ptr link, const exchange_end& end, std::uint64_t now) {
        if (!is_reusable(end) || most_idle_ == 0) return link;
        link_ptr oldest;
        if (idle_.size() >= most_idle_) oldest = remove(0);
        idle_.push_back({std::move(link), now});
        return oldest;
    }

    /// One that has been idle for too long; nothing when there is none.
    link_ptr expired(std::uint64_t now) {
        if (idle_.empty() || now - idle_.front().since < ticks_idle_) return nullptr;
        return remove(0);
    }

    /// Takes out the one at `place`, as idle() counts.
    link_ptr remove(std::size_t place) {
        auto link = std::move(idle_[place].link);
        idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(place));
        return link;
    }

    struct idle_link {
        link_ptr link;
        std::uint64_t since = 0;
    };
    /// The oldest first.
    std::span<const idle_link> idle() const noexcept { return idle_; }

private:
    std::size_t most_idle_;
    std::uint64_t ticks_idle_;
    std::vector<idle_link> idle_;
};

}  // namespace cloche::http
