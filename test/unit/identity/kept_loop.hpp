// Runs coroutines one after the other on one event loop, which outlives whatever they leave behind
// on other threads: the pool of a password_hasher, for instance.
#pragma once

#include "runtime/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <optional>
#include <utility>

namespace cloche::identity::test {

class kept_loop {
public:
    /// What the coroutine gives; it must not throw.
    template <class T>
    T run(runtime::task<T> work) {
        std::optional<T> outcome;
        start(store_in(outcome, std::move(work)));
        finish();
        return std::move(*outcome);
    }

    /// Several at once: each begins with `finish`.
    void start(runtime::task<void> work) {
        boost::asio::co_spawn(loop_, std::move(work), boost::asio::detached);
    }
    void finish() {
        loop_.run();
        loop_.restart();
    }

private:
    template <class T>
    static runtime::task<void> store_in(std::optional<T>& into, runtime::task<T> work) {
        auto done = co_await std::move(work);
        into.emplace(std::move(done));
    }

    boost::asio::io_context loop_{1};
};

}  // namespace cloche::identity::test
