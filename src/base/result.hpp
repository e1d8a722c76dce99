// The one way a failure that can be expected travels: a value, beside the
// result it takes the place of.
//
// Every folder that can fail has one `errc` enum, registered with Boost.System, so that the codes
// of Asio, JSON and URL travel the same way. Exceptions are for start-up and broken invariants.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace cloche {

using error = boost::system::error_code;

template <class T = void>
using result = boost::system::result<T, error>;

}  // namespace cloche

/// Returns `code` from a function that gives a `result`, with the place it was decided at.
#define CLOCHE_FAIL(code)                                             \
    do {                                                              \
        static constexpr auto cloche_here_ = BOOST_CURRENT_LOCATION;  \
        return ::cloche::error(make_error_code(code), &cloche_here_); \
    } while (false)

/// The same in a coroutine.
#define CLOCHE_CO_FAIL(code)                                             \
    do {                                                                 \
        static constexpr auto cloche_here_ = BOOST_CURRENT_LOCATION;     \
        co_return ::cloche::error(make_error_code(code), &cloche_here_); \
    } while (false)
