#include "observability/log_writer.hpp"

#include "base/give_back.hpp"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <new>
#include <utility>

namespace cloche::observability {
namespace {

constexpr std::size_t most_waiting = 1024 * 1024;
/// A burst has passed: its memory goes.
constexpr std::size_t most_kept = 128 * 1024;
// After a write the thread rests for this long, so that under load it is woken, and writes, some
// hundred times a second instead of once a line: a wake-up costs the thread that serves requests
// more than the line does.
constexpr std::chrono::milliseconds rest{5};
constexpr int stalled_reader_ms = 1000;

/// What was not written, because nobody reads.
std::string_view write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
            continue;
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN) break;
        pollfd writable{fd, POLLOUT, 0};
        if (::poll(&writable, 1, stalled_reader_ms) == 0) break;
    }
    return bytes;
}

}  // namespace

log_writer::log_writer() : thread_([this] { run(); }) {}

log_writer::~log_writer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void log_writer::write(std::string_view line, bool urgent) noexcept {
    bool wake = false;
    try {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() + line.size() > most_waiting) {
            const std::size_t half = waiting_.find('\n', waiting_.size() / 2) + 1;
            count_lost(std::string_view(waiting_).substr(0, half));
            waiting_.erase(0, half);
        }
        waiting_ += line;
        wake = std::exchange(sleeping_, false) || urgent;
        urgent_ = urgent_ || urgent;
    } catch (const std::bad_alloc&) {  // the line is lost, the request is not
        ++lost_;
    }
    if (wake) changed_.notify_one();
}

void log_writer::run() {
    ::pthread_setname_np(::pthread_self(), "log");
    std::string lines;
    std::unique_lock lock(mutex_);
    for (;;) {
        sleeping_ = true;
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        sleeping_ = false;
        if (waiting_.empty()) return;
        lines.swap(waiting_);
        urgent_ = false;
        lock.unlock();
        write_out(lines);
        lines.clear();
        if (lines.capacity() > most_kept) give_back(lines);
        lock.lock();
        changed_.wait_for(lock, rest, [this] { return stopping_ || urgent_; });
    }
}

void log_writer::write_out(std::string_view lines) {
    // What comes behind half a line must not become the rest of it.
    if (half_written_ && !write_all(STDERR_FILENO, "\n").empty()) return count_lost(lines);
    const std::string_view left = write_all(STDERR_FILENO, lines);
    count_lost(left);
    const std::string_view written = lines.substr(0, lines.size() - left.size());
    half_written_ = !written.empty() && !written.ends_with('\n');
}

void log_writer::count_lost(std::string_view lines) noexcept {
    lost_ += static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
}

}  // namespace cloche::observability
