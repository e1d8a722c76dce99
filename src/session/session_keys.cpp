#include "session/session_keys.hpp"

#include "base/file_version.hpp"
#include "base/utc_text.hpp"
#include "observability/log.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace cloche::session {

using observability::level;
using observability::log_line;

namespace {

/// A file that could not be read is tried again no sooner, however many records wait for it.
constexpr std::chrono::milliseconds failure_pause{500};

/// Their ids, never their bytes.
void log_ring(const crypto::key_ring& ring) {
    std::string ids;
    std::string plans;
    for (const crypto::key_use& use : ring.uses(system_clock().now())) {
        ids += (ids.empty() ? "" : " ") + use.id;
        if (use.duty == crypto::key_duty::waits)
            plans += (plans.empty() ? "" : " ") + use.id + "@" + utc_text(*use.seals_from);
    }
    log_line line(level::info, "session_keys_loaded");
    line.with("keys", ids);
    if (!plans.empty()) line.with("sealing_later", plans);
}

}  // namespace

struct session_keys::state {
    state(std::string file, crypto::key_ring first, std::optional<file_version> version)
        : path(std::move(file)),
          ring(std::make_shared<const crypto::key_ring>(std::move(first))),
          read_version(version) {}

    std::shared_ptr<const crypto::key_ring> current() const {
        const std::lock_guard lock(ring_mutex);
        return ring;
    }

    void replace(crypto::key_ring next) {
        const std::lock_guard lock(ring_mutex);
        ring = std::make_shared<const crypto::key_ring>(std::move(next));
        missing.clear();
    }

    /// True the first time.
    bool is_new_miss(std::string_view key) {
        const std::lock_guard lock(ring_mutex);
        return missing.emplace(key).second;
    }

    const std::string path;  ///< empty: the ring stays
    session_key_events events;

    mutable std::mutex ring_mutex;
    std::shared_ptr<const crypto::key_ring> ring;
    std::set<std::string, std::less<>> missing;

    std::mutex file_mutex;
    std::optional<file_version> read_version;
    std::string failure;  ///< why it could not be read the last time
    monotonic failed_at{};
};

session_keys::session_keys(crypto::key_ring ring)
    : session_keys(std::make_shared<state>(std::string(), std::move(ring), std::nullopt)) {}

session_keys::session_keys(std::shared_ptr<state> shared) noexcept : state_(std::move(shared)) {}

result<session_keys> session_keys::of_file(
    const std::string& path, crypto::random_source& random, std::string& why
) {
    // Looked at before it is read: what changes in between is read again.
    const auto version = version_of_file(path);
    auto ring = crypto::key_ring::load_or_create(path, random, why);
    if (!ring) return ring.error();
    log_ring(*ring);
    return session_keys(std::make_shared<state>(path, std::move(*ring), version));
}

void session_keys::on_events(session_key_events events) {
    state_->events = std::move(events);
}

std::shared_ptr<const crypto::key_ring> session_keys::ring() const {
    return state_->current();
}

void session_keys::look() const {
    state& shared = *state_;
    if (shared.path.empty()) return;
    const std::lock_guard lock(shared.file_mutex);
    const auto version = version_of_file(shared.path);
    const bool is_same = version == shared.read_version;
    const monotonic now = system_clock().ticks();
    if (is_same && (shared.failure.empty() || now < shared.failed_at + failure_pause)) return;

    std::string why;
    auto ring = crypto::key_ring::load(shared.path, why);
    shared.read_version = version;
    if (ring) {
        shared.failure.clear();
        log_ring(*ring);
        shared.replace(std::move(*ring));
    } else {
        const bool is_known = is_same && why == shared.failure;
        shared.failure = why;
        shared.failed_at = now;
        if (is_known) return;
        log_line(level::error, "session_keys_not_loaded")
            .with("reason", why)
            .with("remedy", "put the file in order; until then the keys read before stay in use");
    }
    if (shared.events.looked) shared.events.looked(shared.failure.empty());
}

void session_keys::missed(std::string_view key, std::string_view session) const {
    if (state_->events.missed) state_->events.missed();
    if (!state_->is_new_miss(key)) return;
    log_line(level::error, "session_key_missing")
        .with("key", key)
        .with("session", session)
        .with("file", state_->path)
        .with(
            "remedy",
            "put the key back into the file of session.keys; until then its sessions are answered "
            "503, and nobody is signed out"
        );
}

}  // namespace cloche::session
