// The places for refreshes that are asked of the API at the same time: whoever finds none waits for
// one, and nobody waits while the circuit is open. Any thread.
#pragma once

#include "base/clock.hpp"
#include "runtime/sleeper.hpp"
#include "runtime/task.hpp"
#include "session/refresh_circuit.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace cloche::session {

class refresh_calls {
public:
    /// `moved`: the circuit has opened (true), or closed. `jitter` gives a number in [0, 1).
    refresh_calls(
        const circuit_options& options,
        const clock& time,
        std::function<double()> jitter,
        std::function<void(bool open)> moved
    );

    /// One place; what became of the call is told by ended(), or it was not made.
    class place {
    public:
        place() = default;
        place(refresh_calls* from, const id_hash& session) : from_(from), session_(session) {}
        place(place&& other) noexcept
            : from_(std::exchange(other.from_, nullptr)), session_(other.session_) {}
        place& operator=(place&& other) noexcept {
            std::swap(from_, other.from_);
            std::swap(session_, other.session_);
            return *this;
        }
        ~place() { ended(refresh_circuit::outcome::unsaid); }

        bool is_there() const noexcept { return from_ != nullptr; }
        void ended(refresh_circuit::outcome what) {
            if (auto* const from = std::exchange(from_, nullptr)) from->leave(session_, what);
        }

    private:
        refresh_calls* from_ = nullptr;
        id_hash session_;
    };

    struct entered {
        place where;
        bool waited = false;       ///< the record may have changed meanwhile
        milliseconds retry_in{0};  ///< without a place: when to ask again

        entered() = default;
    };
    /// Waits for a place for `at_most`. The object outlives the caller.
    runtime::task<entered> enter(id_hash session, milliseconds at_most);

    /// Nobody may call now.
    bool is_open() const;

private:
    struct waiter {
        explicit waiter(const runtime::io_executor& executor)
            : sleeping(std::make_shared<runtime::sleeper>(executor)) {}
        std::shared_ptr<runtime::sleeper> sleeping;
        bool admitted = false;
    };
    void leave(const id_hash& session, refresh_circuit::outcome what);
    /// Whether it got a place. If not, it is in no queue any more.
    bool withdraw(const std::shared_ptr<waiter>& waiting);
    milliseconds retry_in() const;

    const clock& time_;
    const std::function<double()> jitter_;
    const std::function<void(bool open)> moved_;
    mutable std::mutex mutex_;
    refresh_circuit circuit_;
    std::deque<std::shared_ptr<waiter>> queue_;  ///< who came first is first
};

}  // namespace cloche::session
