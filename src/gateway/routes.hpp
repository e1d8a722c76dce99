// The one table of endpoints.
#pragma once

#include "gateway/request_context.hpp"
#include "http/router.hpp"
#include "runtime/task.hpp"

#include <string>

namespace cloche::gateway {

struct endpoint {
    runtime::task<void> (*handle)(request_context&) = nullptr;
    route_class route = route_class::refused;
    bool always_checked = false;  ///< CSRF even without a session (CS-6)
    csrf_mode csrf = csrf_mode::origin;
};

class routes {
public:
    /// The prefixes are the configuration's.
    explicit routes(const gateway_options& options);

    struct match {
        const endpoint* found = nullptr;  ///< null: nothing there, or not for this method
        std::string allow;                ///< the methods that there are; empty: 404
    };
    match find(http::method verb, std::string_view path) const;

private:
    http::router<endpoint> table_;
};

}  // namespace cloche::gateway
