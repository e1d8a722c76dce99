// The one table of endpoints.
#pragma once

#include "gateway/request_context.hpp"
#include "runtime/task.hpp"

#include <string>

namespace cloche::gateway {

using handler = runtime::task<void> (*)(request_context&);

struct endpoint {
    handler handle = nullptr;       ///< null: nothing there, or not for this method
    route_class route = route_class::refused;
    bool always_checked = false;    ///< CSRF even without a session (CS-6)
    csrf_mode csrf = csrf_mode::origin;
    std::string allow;              ///< with a null handler: the methods that there are; empty: 404

    endpoint() = default;
};

/// By path and method. The prefixes are the configuration's.
endpoint find_endpoint(const request_context& rq);

}  // namespace cloche::gateway
