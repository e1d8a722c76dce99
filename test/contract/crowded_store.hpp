// Many loads of a shared store at once on one thread, and one change behind them.
#pragma once

#include "session/session_store.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace cloche::test {

using endings = std::vector<std::string>;

inline runtime::task<void> note_load(
    session::session_store& store, session::id_hash id, endings& ends
) {
    const auto loaded = co_await store.load(id);
    ends.emplace_back(loaded ? "load" : "load refused");
}

inline runtime::task<void> note_swap(
    session::session_store& store, session::record next, endings& ends
) {
    const auto swapped = co_await store.compare_and_swap(std::move(next));
    ends.emplace_back(swapped ? "swap" : "swap refused");
}

/// How they ended, in that order.
inline runtime::task<endings> load_and_swap(
    session::session_store& store, session::record next, std::size_t loads
) {
    namespace asio = boost::asio;
    const auto home = co_await asio::this_coro::executor;
    endings ends;
    for (std::size_t load = 0; load < loads; ++load)
        asio::co_spawn(home, note_load(store, next.id, ends), asio::detached);
    asio::co_spawn(home, note_swap(store, std::move(next), ends), asio::detached);
    while (ends.size() <= loads)
        co_await asio::post(home, runtime::use_task);
    co_return ends;
}

// A gateway that was asked too much once could not keep the tokens that a refresh had brought:
// reads had all places, and another gateway spent the refresh token again.
inline void expect_change_ahead(const endings& ends, std::ptrdiff_t behind) {
    const auto swapped = std::ranges::find(ends, "swap");
    ASSERT_NE(swapped, ends.end());
    EXPECT_GT(std::ranges::count(ends, "load refused"), 0) << "more than may wait";
    EXPECT_GT(std::count(swapped, ends.end(), "load"), behind) << "they came before it";
}

}  // namespace cloche::test
