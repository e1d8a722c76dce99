// The coroutine type of the whole program: an Asio awaitable on the concrete executor of an
// io_context.
//
// g++ 12 miscompiles many coroutine expressions (docs/decisions/0002-coroutine-rules.md): at most
// one co_await in a statement, and no braces, lambda or `?:` in it.
// test/convention/check_co_await.py checks.
#pragma once

#include "base/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cloche::runtime {

namespace asio = boost::asio;

using io_executor = asio::io_context::executor_type;

template <class T = void>
using task = asio::awaitable<T, io_executor>;

inline constexpr asio::use_awaitable_t<io_executor> use_task{};

}  // namespace cloche::runtime
