// Says in the log that the store is away, once, and that it is back. Any thread.
//
// A store that is full, or that became read-only, is away for changes though it still reads: only a
// change that works shows that it is back.
#pragma once

#include "session/errc.hpp"

#include <atomic>
#include <string_view>

namespace cloche::session {

class store_outage {
public:
    /// The error for the store's caller: `code` if it is one of `session`, else store_unavailable.
    /// `operation`: "load", "create", … `reason`: in the database's own words.
    error fail(std::string_view operation, error code, std::string_view reason);
    void worked(std::string_view operation);

private:
    std::atomic<bool> reads_fail_ = false;
    std::atomic<bool> changes_fail_ = false;
};

}  // namespace cloche::session
