// Runs one task to its end in the calling thread, for a program that starts: its event loops do not
// run yet. Not for I/O threads.
#pragma once

#include "runtime/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace cloche::runtime {

/// What `work` gives; what it throws is thrown. `loop` is for this alone, and may be used again.
template <class T>
T run_blocking(asio::io_context& loop, task<T> work) {
    std::optional<T> outcome;
    std::exception_ptr thrown;
    const auto finish = [&](std::exception_ptr failure, T value) {
        thrown = std::move(failure);
        outcome.emplace(std::move(value));
    };
    asio::co_spawn(loop, std::move(work), finish);
    loop.restart();
    // Not until the loop is out of work: its wheel of time limits turns on for a moment.
    while (!outcome)
        loop.run_one();
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*outcome);
}

}  // namespace cloche::runtime
