// ANY /api/proxy/*, and what `routes` adds: APIs with the session's token.
#include "gateway/answer.hpp"
#include "gateway/cors.hpp"
#include "gateway/forward.hpp"
#include "gateway/handlers.hpp"
#include "gateway/presented_session.hpp"
#include "gateway/websocket.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace cloche::gateway {
namespace {

using runtime::task;

http::client& client_of(const request_context& rq) {
    const std::size_t place = rq.way->place;
    return place == proxy_route::of_proxy ? rq.gateway.api : *rq.gateway.route_apis[place];
}

/// Whether the person behind the session may: one role of the route's is enough.
bool has_role(const request_context& rq) {
    const auto& wanted = rq.way->how.roles;
    if (wanted.empty()) return true;
    const auto roles = rq.gateway.provider.roles_of(rq.session->tokens.access, rq.session->user);
    return std::ranges::any_of(wanted, [&roles](const std::string& one) {
        return std::ranges::find(roles, one) != roles.end();
    });
}

}  // namespace

task<bool> take_way(request_context& rq) {
    const auto find = [&rq](http::method verb) {
        return rq.here.routes().find(verb, rq.authority, rq.path);
    };
    // A preflight is for the route of the request that it asks about, if that one answers any; else
    // it is an OPTIONS like another.
    bool asks = is_preflight(rq.head());
    proxy_routes::match match = find(asks ? method_asked_for(rq.head()) : rq.head().verb);
    if (asks && !(match.found && !match.found->how.cors.empty())) {
        asks = false;
        match = find(rq.head().verb);
    }
    rq.way = match.found;
    rq.api_path = match.path;
    if (!match.found && match.allowed.overlaps(http::method_set::any())) {
        co_await refuse_method(rq, http::to_allow(match.allowed));
        co_return false;
    }
    if (!match.found) {
        std::string detail;
        if (match.auth_path)
            detail = "Sign in, refresh and sign out by " + rq.gateway.options.api_prefix + "/….";
        co_await refuse(rq, problem::not_found, std::move(detail));
        co_return false;
    }
    note_cors_origin(rq);
    if (!asks) co_return true;
    co_await answer_preflight(rq);
    co_return false;
}

task<void> handle_proxy(request_context& rq) {
    const proxy_options& how = rq.way->how;
    if (const auto limited = rq.stream.limit_body(how.body); !limited) {
        co_await refuse(rq, limited.error());
        co_return;
    }
    if (rq.websocket) {
        const bool may = co_await admit_websocket(rq, rq.way->allows_websocket(rq.api_path));
        if (!may) co_return;
    }
    const bool token_wanted = how.auth != auth_mode::open;
    const bool admitted = co_await admit(rq, how.auth == auth_mode::required, token_wanted);
    if (!admitted) co_return;
    if (!has_role(rq)) {
        std::string detail = "This needs a role that your account does not have.";
        co_await refuse(rq, problem::forbidden, std::move(detail));
        co_return;
    }
    // The target behind the prefix, byte for byte (PX-15).
    std::string_view target = rq.target.substr(how.prefix.size());
    std::string rooted;
    if (!target.starts_with('/')) target = rooted.append("/").append(target);
    forwarding onward(client_of(rq), target, how.prefix);
    co_await forward(rq, onward);
}

}  // namespace cloche::gateway
