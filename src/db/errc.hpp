// What can go wrong with databases.
#pragma once

#include "base/result.hpp"

namespace cloche::db {

enum class errc {
    unavailable =
        1,       ///< the database cannot be opened, read or written: disk full, file gone, locked
    constraint,  ///< a unique or foreign key forbids the change
    corrupt,     ///< the file is not a database of ours, or of a newer version
};
const boost::system::error_category& db_category() noexcept;
inline error make_error_code(errc e) {
    return {static_cast<int>(e), db_category()};
}

}  // namespace cloche::db

template <>
struct boost::system::is_error_code_enum<cloche::db::errc> : std::true_type {};
