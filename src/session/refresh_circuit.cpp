#include "session/refresh_circuit.hpp"

#include "session/refresh_fsm.hpp"

#include <algorithm>
#include <chrono>

namespace cloche::session {

refresh_circuit::refresh_circuit(const circuit_options& options)
    : options_(options), limit_(options.concurrency) {}

refresh_circuit::entry refresh_circuit::enter(monotonic now) {
    if (now < open_until_) return entry::open;
    if (in_air_ >= limit_) return entry::wait;
    ++in_air_;
    return entry::go;
}

milliseconds refresh_circuit::open_for(monotonic now) const {
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(open_until_ - now));
}

bool refresh_circuit::leave(const id_hash& session, outcome what, monotonic now, double jitter) {
    --in_air_;
    switch (what) {
        case outcome::served:
            return after_service();
        case outcome::troubled:
            return after_trouble(session, now, jitter);
        case outcome::unsaid:
            break;
    }
    return false;
}

bool refresh_circuit::after_service() {
    failing_.clear();
    pauses_ = 0;
    if (!tripped_) return false;
    // One more with each: doubled with each round of answers.
    limit_ = std::min(limit_ + 1, options_.concurrency);
    tripped_ = limit_ < options_.concurrency;
    return !tripped_;
}

bool refresh_circuit::after_trouble(const id_hash& session, monotonic now, double jitter) {
    if (!tripped_) {
        if (std::ranges::find(failing_, session) == failing_.end()) failing_.push_back(session);
        if (failing_.size() < options_.failures) return false;
        trip(now, jitter);
        return true;
    }
    // What was in the air when it opened says nothing new.
    if (now < open_until_) return false;
    // An API that fails now and then is asked less, not left alone.
    if (limit_ > 1) {
        limit_ /= 2;
    } else {
        trip(now, jitter);
    }
    return false;
}

void refresh_circuit::trip(monotonic now, double jitter) {
    tripped_ = true;
    limit_ = 1;
    failing_.clear();
    open_until_ = now + backoff(++pauses_, options_.pause_first, options_.pause_most, jitter);
}

}  // namespace cloche::session
