// Runs one coroutine to its end on an event loop of its own, or on threads that run already.
#pragma once

#include "runtime/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <utility>

namespace cloche::test {

/// On a fresh loop in this thread. What the coroutine throws is thrown here.
template <class T>
T run_task(runtime::task<T> work) {
    boost::asio::io_context loop(1);
    auto outcome = boost::asio::co_spawn(loop, std::move(work), boost::asio::use_future);
    loop.run();
    return outcome.get();
}

/// On a loop that another thread runs.
template <class T>
std::future<T> start_task(boost::asio::io_context& loop, runtime::task<T> work) {
    return boost::asio::co_spawn(loop, std::move(work), boost::asio::use_future);
}

}  // namespace cloche::test
