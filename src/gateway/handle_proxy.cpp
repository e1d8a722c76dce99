// ANY /api/proxy/*: the API with the session's token.
#include "gateway/answer.hpp"
#include "gateway/forward.hpp"
#include "gateway/handlers.hpp"
#include "gateway/path_policy.hpp"
#include "gateway/presented_session.hpp"
#include "gateway/websocket.hpp"

#include <string>
#include <utility>

namespace cloche::gateway {

runtime::task<void> handle_proxy(request_context& rq) {
    const proxy_options& proxy = rq.gateway.options.proxy;
    // The target behind the prefix, byte for byte (PX-15). `path` was checked to be in normal form.
    std::string_view api_path = rq.path.substr(proxy.prefix.size());
    if (api_path.empty()) api_path = "/";
    const path_verdict reachable = rq.here.judge_api_path(api_path);
    if (reachable != path_verdict::allowed) {
        std::string detail;
        if (reachable == path_verdict::auth_path) {
            detail = "Sign in, refresh and sign out by " + rq.gateway.options.api_prefix + "/….";
        }
        co_await refuse(rq, problem::not_found, std::move(detail));
        co_return;
    }

    if (rq.websocket) {
        const bool may = co_await admit_websocket(rq, rq.here.allows_api_websocket(api_path));
        if (!may) co_return;
    }
    const bool token_wanted = proxy.auth != auth_mode::open;
    const bool admitted = co_await admit(rq, proxy.auth == auth_mode::required, token_wanted);
    if (!admitted) co_return;
    std::string_view target = rq.target.substr(proxy.prefix.size());
    std::string rooted;
    if (!target.starts_with('/')) target = rooted.append("/").append(target);
    forwarding how(rq.gateway.api, target, proxy.prefix);
    co_await forward(rq, how);
}

}  // namespace cloche::gateway
