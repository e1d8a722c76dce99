#include "session/store_outage.hpp"

#include "observability/log.hpp"

namespace cloche::session {

using observability::level;
using observability::log_line;

error store_outage::fail(std::string_view operation, error code, std::string_view reason) {
    if (code.category() == session_category() && code != errc::store_unavailable) return code;
    if (!away_.exchange(true))
        log_line(level::error, "session_store_unavailable")
            .with("operation", operation)
            .with("reason", reason);
    return make_error_code(errc::store_unavailable);
}

void store_outage::worked() {
    if (away_.load(std::memory_order_relaxed) && away_.exchange(false))
        log_line(level::info, "session_store_available");
}

}  // namespace cloche::session
