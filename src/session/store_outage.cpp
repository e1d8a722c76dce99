#include "session/store_outage.hpp"

#include "observability/log.hpp"

#include <algorithm>
#include <array>

namespace cloche::session {

using observability::level;
using observability::log_line;

namespace {

/// What needs room. Not "purge", which makes some, and works where nothing else does.
constexpr std::array<std::string_view, 3> changes{"create", "swap", "flush"};

bool is_change(std::string_view operation) {
    return std::ranges::find(changes, operation) != changes.end();
}

}  // namespace

error store_outage::fail(std::string_view operation, error code, std::string_view reason) {
    if (code.category() == session_category() && code != errc::store_unavailable) return code;
    auto& fails = is_change(operation) ? changes_fail_ : reads_fail_;
    const bool other = is_change(operation) ? reads_fail_ : changes_fail_;
    if (!fails.exchange(true) && !other)
        log_line(level::error, "session_store_unavailable")
            .with("operation", operation)
            .with("reason", reason);
    return make_error_code(errc::store_unavailable);
}

void store_outage::worked(std::string_view operation) {
    const bool any = reads_fail_.load(std::memory_order_relaxed) ||
                     changes_fail_.load(std::memory_order_relaxed);
    if (!any) return;
    const bool reads_failed = reads_fail_.exchange(false);
    const bool changes_fail =
        is_change(operation) ? changes_fail_.exchange(false) : changes_fail_.load();
    const bool is_back =
        is_change(operation) ? reads_failed || changes_fail : reads_failed && !changes_fail;
    if (is_back) log_line(level::info, "session_store_available");
}

}  // namespace cloche::session
