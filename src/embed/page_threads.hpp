// The threads that pages run on, bounded in number and queue.
#pragma once

#include "runtime/offload.hpp"

#include <atomic>
#include <cstddef>

namespace cloche::embed {

class page_threads {
public:
    explicit page_threads(std::size_t count) : pool_(count, 4 * count) {}

    runtime::worker_pool& pool() noexcept { return pool_; }

    /// From now on nothing that a page waits for is going to happen: the I/O threads have stopped.
    void give_up() noexcept { given_up_ = true; }
    bool given_up() const noexcept { return given_up_; }

private:
    std::atomic<bool> given_up_ = false;
    runtime::worker_pool pool_;
};

}  // namespace cloche::embed
