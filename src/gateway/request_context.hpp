// What the pipeline has learnt of one request so far. Lives in the frame of gateway::handle, so
// handlers may keep references.
#pragma once

#include "cookies/cookie_jar.hpp"
#include "gateway/hop_times.hpp"
#include "gateway/problem.hpp"
#include "gateway/services.hpp"
#include "gateway/site.hpp"
#include "http/client_stream.hpp"
#include "http/upstream_exchange.hpp"
#include "session/record.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::gateway {

struct request_context {
    services& gateway;
    const site& here;
    http::client_stream& stream;
    monotonic began;

    // Views of the head
    std::string_view path;       ///< as it came, without the query
    std::string_view query;      ///< behind the `?`; empty without one
    std::string_view target;     ///< both, byte for byte (PX-15)
    std::string_view rest;       ///< of the path, in the place of the route's {name} or `*`
    std::string_view authority;  ///< the host that was asked for, once it is known to be ours
    route_class route = route_class::refused;
    bool websocket = false;  ///< asks for one (RFC 6455 section 4.1)

    const proxy_route* way = nullptr;  ///< to the API; null: not for it
    std::string_view api_path;         ///< with `way`: what stands behind its prefix
    std::string_view cors_origin;      ///< of the request, where `way` lets its pages ask

    std::string kept_path;  ///< what `path` shows once the head is gone

    std::string request_id;
    std::string traceparent;
    std::string address;  ///< the person's (FW-2)

    /// The ids that the browser sent; more than one is suspicious (CK-4).
    session::id_list presented;
    session::record_ptr session;   ///< set once a handler has acquired or looked up one
    bool session_known = false;    ///< asked for and told: `session`, or surely never one
    cookies::cookie_jar jar;       ///< cookie changes of the answer
    bool cookies_settled = false;  ///< signed in or out: `jar` holds all there is to change
    std::string_view failure;      ///< code of our own error in the answer, for the log
    hop_times hops;
    std::optional<http::upstream_exchange> switched;  ///< goes on as a WebSocket

    request_context(services& all, const site& ours, http::client_stream& from)
        : gateway(all), here(ours), stream(from), jar(ours.session_cookies().scope) {}
    request_context(const request_context&) = delete;
    request_context& operator=(const request_context&) = delete;

    const http::request_head& head() const noexcept { return stream.head(); }
    /// Before the head's memory is given back, which may be long before the exchange ends.
    void let_go_of_head() {
        kept_path = path;
        path = kept_path;
        query = target = rest = authority = api_path = cors_origin = std::string_view();
    }
    hop_clock time_hop() const { return hop_clock(here.tells_times() ? &gateway.time : nullptr); }
    bool is(http::method verb) const noexcept { return head().verb == verb; }
};

}  // namespace cloche::gateway
