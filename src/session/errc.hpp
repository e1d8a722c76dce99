// What can go wrong with sessions.
#pragma once

#include "base/result.hpp"

namespace cloche::session {

enum class errc {
    conflict = 1,       ///< compare-and-swap: the record has another version now
    exists,             ///< create: there is a record of that id already
    store_unavailable,  ///< the store cannot be read or written; nobody is signed out by that
    unreadable_record,  ///< a record that this program cannot decode, or that was tampered with
    key_missing,        ///< a record sealed with a key that is not in the ring: it may come back
};
const boost::system::error_category& session_category() noexcept;
inline error make_error_code(errc e) {
    return {static_cast<int>(e), session_category()};
}

}  // namespace cloche::session

template <>
struct boost::system::is_error_code_enum<cloche::session::errc> : std::true_type {};
