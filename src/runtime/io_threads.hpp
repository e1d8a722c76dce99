// One io_context per core, one thread each. What belongs to a connection stays on its thread.
//
// The contexts, with all that still waits in them, are destroyed with the object: what coroutines
// refer to must outlive it, or be held by them.
#pragma once

#include "runtime/deadline_wheel.hpp"
#include "runtime/task.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace cloche::runtime {

class io_threads {
public:
    /// `count` 0: one per core. SIGPIPE is ignored in the process from now on.
    explicit io_threads(std::size_t count);
    ~io_threads();
    io_threads(const io_threads&) = delete;
    io_threads& operator=(const io_threads&) = delete;

    std::size_t size() const noexcept;
    asio::io_context& context(std::size_t index) noexcept;
    /// For the thread of that index only.
    deadline_wheel& wheel(std::size_t index) noexcept;

    /// Index of the calling thread, 0 to size() - 1; 0 when called from a thread that is none of
    /// ours.
    static std::size_t current() noexcept;

    /// Starts the threads. They run until stop().
    void start();
    /// Ends the event loops and joins the threads. Not from one of them.
    void stop();

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace cloche::runtime
