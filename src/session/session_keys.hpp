// The key ring that session records are sealed with, as its file is now: read again when the file
// changes, so that keys rotate while gateways run.
//
// A handle: copies share one ring. Any thread. look() and open() may read the file, which is small.
#pragma once

#include "crypto/key_ring.hpp"
#include "crypto/random.hpp"
#include "session/errc.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace cloche::session {

/// For metrics; called on any thread.
struct session_key_events {
    std::function<void(bool well)> looked;  ///< the file was read again
    std::function<void()> missed;           ///< a record was wanted whose key is not in the ring

    session_key_events() = default;
};

class session_keys {
public:
    /// A ring that stays as it is.
    session_keys(crypto::key_ring ring);  // NOLINT(google-explicit-constructor): it is its keys

    /// The ring of that file, which is made where it is not there. Errors: those of
    /// crypto::key_ring::load_or_create, with the reason in `why`.
    static result<session_keys> of_file(
        const std::string& path, crypto::random_source& random, std::string& why
    );

    /// Before the first use of the keys on another thread.
    void on_events(session_key_events events);

    std::shared_ptr<const crypto::key_ring> ring() const;

    /// Reads the file again if it is another than when it was last read. One that cannot be read is
    /// said in the log, and the ring in hand stays.
    void look() const;

    /// Says in the log, once for each key until there is another ring, that a record was wanted
    /// which only that key opens.
    void missed(std::string_view key, std::string_view session) const;

private:
    struct state;
    explicit session_keys(std::shared_ptr<state> shared) noexcept;

    std::shared_ptr<state> state_;
};

}  // namespace cloche::session
