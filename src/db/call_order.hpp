// Who gets a connection first where more calls are made than there are connections.
#pragma once

namespace cloche::db {

enum class call_order {
    in_turn,
    /// Before all that are in turn, and however many of them wait: for changes, of which few are
    /// on at a time, and which may hold the only copy of something.
    ahead,
};

}  // namespace cloche::db
