// The one table of endpoints.
#pragma once

#include "gateway/application_route.hpp"
#include "gateway/request_context.hpp"
#include "http/router.hpp"
#include "runtime/task.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::gateway {

struct endpoint {
    std::function<runtime::task<void>(request_context&)> handle;
    route_class route = route_class::refused;
    bool always_checked = false;  ///< CSRF even without a session (CS-6)
};

class routes {
public:
    /// The prefixes are the configuration's. Throws std::invalid_argument if a route of the
    /// application's takes the place of one of ours.
    routes(const gateway_options& options, std::vector<application_route> application);

    struct match {
        const endpoint* found = nullptr;  ///< null: nothing there, or not for this method
        std::string_view rest;            ///< what stands in the place of {id} or `*`
        std::string allow;                ///< the methods that there are; empty: 404
    };
    match find(http::method verb, std::string_view path) const;

private:
    http::router<endpoint> table_;
};

}  // namespace cloche::gateway
