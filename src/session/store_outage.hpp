// Says in the log that the store is away, once, and that it is back. Any thread.
#pragma once

#include "session/errc.hpp"

#include <atomic>
#include <string_view>

namespace cloche::session {

class store_outage {
public:
    /// The error for the store's caller: `code` if it is one of `session`, else store_unavailable.
    /// `reason`: in the database's own words.
    error fail(std::string_view operation, error code, std::string_view reason);
    void worked();

private:
    std::atomic<bool> away_ = false;
};

}  // namespace cloche::session
