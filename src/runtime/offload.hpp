// Blocking or long work (password hashing, file reading) off the I/O threads, bounded in threads
// and queue.
#pragma once

#include "runtime/task.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>

namespace cloche::runtime {

enum class offload_errc {
    overloaded = 1,  ///< the queue is full: shed the request (503, Retry-After)
};
const boost::system::error_category& offload_category() noexcept;
inline error make_error_code(offload_errc e) {
    return {static_cast<int>(e), offload_category()};
}

class worker_pool {
public:
    /// `threads` 0: one per core but one. `queue`: how many pieces of work may wait.
    worker_pool(std::size_t threads, std::size_t queue);
    /// As stop().
    ~worker_pool();

    /// Takes nothing new, waits for the work that has begun; what is still queued is dropped.
    void stop();

    /// Queues `work`; false when the queue is full, or after stop(). Any thread. `work` must not
    /// throw.
    bool try_submit(std::function<void()> work);

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// Runs `work` (no arguments, returns R) on the pool and gives R back on the caller's executor;
/// what it throws is thrown there. Errors: offload_errc::overloaded. `work` runs to its end even if
/// the caller is cancelled.
template <class Work>
task<result<std::invoke_result_t<Work>>> offload(worker_pool& pool, Work work);

}  // namespace cloche::runtime

template <>
struct boost::system::is_error_code_enum<cloche::runtime::offload_errc> : std::true_type {};

#include "runtime/offload_impl.hpp"
