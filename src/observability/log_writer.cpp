#include "observability/log_writer.hpp"

#include <poll.h>
#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/sink.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>

namespace cloche::observability {
namespace {

constexpr std::size_t queue_lines = 4096;
constexpr std::size_t batch_bytes = 64 * 1024;
// After a write the thread rests for this long, so that under load it is woken, and writes, some
// hundred times a second instead of once a line: a wake-up costs the thread that serves requests
// more than the line does.
constexpr std::chrono::milliseconds rest{5};
constexpr int stalled_reader_ms = 1000;

// False: nobody reads. What is left is given up, or the end of the process would wait for it.
bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
            continue;
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return false;
        pollfd writable{fd, POLLOUT, 0};
        if (::poll(&writable, 1, stalled_reader_ms) == 0) return false;
    }
    return true;
}

// Gathers the lines that are queued and writes them at once. Called by the pool's one thread, and
// after its end.
class batching_sink final : public spdlog::sinks::sink {
public:
    explicit batching_sink(spdlog::details::thread_pool& pool) : pool_(pool) {}

    void log(const spdlog::details::log_msg& message) override {
        batch_.append(message.payload.data(), message.payload.size());
        const bool caught_up = pool_.queue_size() == 0;
        if (!caught_up && batch_.size() < batch_bytes) return;
        flush();
        if (caught_up) std::this_thread::sleep_for(rest);
    }
    void flush() override {
        write_all(STDERR_FILENO, batch_);
        batch_.clear();
    }
    void set_pattern(const std::string&) override {}
    void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

private:
    spdlog::details::thread_pool& pool_;
    std::string batch_;
};

}  // namespace

struct log_writer::state {
    std::shared_ptr<spdlog::details::thread_pool> pool =
        std::make_shared<spdlog::details::thread_pool>(queue_lines, 1);
    std::shared_ptr<batching_sink> sink = std::make_shared<batching_sink>(*pool);
    std::shared_ptr<spdlog::async_logger> logger = std::make_shared<spdlog::async_logger>(
        "cloche", sink, pool, spdlog::async_overflow_policy::overrun_oldest
    );
};

log_writer::log_writer() : state_(std::make_unique<state>()) {}

log_writer::~log_writer() {
    // The logger knows the pool only weakly: this is its end, after everything queued went to the
    // sink.
    state_->pool.reset();
    state_->sink->flush();
}

void log_writer::write(std::string_view line) {
    // The line has its own time and level in it; a constant saves the logger from asking the clock.
    state_->logger->log(
        spdlog::log_clock::time_point(),
        spdlog::source_loc(),
        spdlog::level::info,
        spdlog::string_view_t(line.data(), line.size())
    );
}

std::uint64_t log_writer::lost() const {
    return state_->pool->overrun_counter();
}

}  // namespace cloche::observability
