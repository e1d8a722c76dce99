// A page or an action that a program adds to the gateway's own routes (include/cloche).
#pragma once

#include "gateway/request_context.hpp"
#include "http/router.hpp"
#include "runtime/task.hpp"

#include <functional>
#include <string>

namespace cloche::gateway {

struct application_route {
    http::method_set methods{http::method::get};
    std::string pattern;   ///< as http::router has it
    bool changes = false;  ///< an action: where it comes from is checked even without a session
    /// Answers its request, whatever happens.
    std::function<runtime::task<void>(request_context&)> handle;
};

}  // namespace cloche::gateway
