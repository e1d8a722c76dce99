// `proxy` and `routes`: how APIs are reached. What both can say is read in one place.
#include "config/addresses.hpp"
#include "config/fields.hpp"
#include "config/keys.hpp"
#include "config/names.hpp"
#include "config/quantities.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::config {
namespace {

void rule_keys(
    section& keys,
    std::string_view key,
    std::string_view meaning,
    field_direction direction,
    gateway::header_rules& rules
) {
    keys.group(key, meaning, [&](section& group) {
        group.list(
            "set", rules.set, header_field(direction), "Each as \"NAME: VALUE\", in quotes."
        );
        group.list("remove", rules.remove, header_name(direction), "Names.");
    });
}

/// What is said alike of `proxy` and of a route.
void shared_keys(section& keys, gateway::proxy_options& options) {
    keys.value(
        "auth",
        options.auth,
        one_of<gateway::auth_mode>(
            {{"required", gateway::auth_mode::required},
             {"optional", gateway::auth_mode::optional},
             {"public", gateway::auth_mode::open}}
        ),
        "`required`: 401 without a session. `optional`: a token where there is one. `public`: "
        "never a token."
    );
    keys.value(
        "csrf",
        options.csrf,
        one_of<gateway::csrf_mode>(
            {{"origin", gateway::csrf_mode::origin}, {"header", gateway::csrf_mode::header}}
        ),
        "`header` demands `X-CSRF: 1` of every request besides the check of its origin."
    );
    keys.list(
        "websockets",
        options.websockets,
        path_pattern(),
        "Paths of the API where a WebSocket may be opened, by a page of this site with a session "
        "as `auth` says. It is closed with 1008 when the session ends."
    );
    keys.list(
        "pass_set_cookie",
        options.pass_set_cookie,
        cookie_name(),
        "Cookies of the API that may pass to the browser, without their `Domain`."
    );
    keys.list(
        "roles",
        options.roles,
        word(),
        "Of these the person needs one, or the answer is 403 `forbidden`; where roles stand, "
        "`provider.roles` says. Empty: no matter."
    );
    keys.list(
        "cors",
        options.cors,
        web_origin(),
        "Other origins whose pages may ask, with credentials: exact ones. Preflights are answered "
        "by the gateway."
    );
    keys.value(
        "body",
        options.body,
        body_size(),
        "Body of a request, where that is to be less than `limits.body`. 0: as there."
    );
    keys.value(
        "retry",
        options.retry,
        yes_or_no(),
        "Whether a request that may be repeated is sent once more, on a new connection, when a "
        "kept one turned out to be dead before any byte of the answer."
    );
    rule_keys(
        keys,
        "request",
        "Header fields of requests on their way to the API.",
        field_direction::request,
        options.request
    );
    rule_keys(
        keys,
        "response",
        "Header fields of the API's answers on their way to the browser.",
        field_direction::response,
        options.response
    );
    if (!options.roles.empty() && options.auth != gateway::auth_mode::required) {
        keys.refuse(
            "roles", "needs a session, which `auth` does not demand", "write `auth: required`"
        );
    }
}

void limit_keys(section& route, route_upstream& to) {
    route.group("timeouts", "As the `timeouts` of all, for this route.", [&](section& keys) {
        keys.value(
            "upstream_connect",
            to.client.connect_timeout,
            time_limit(),
            "For a connection to the API, TLS included."
        );
        keys.value(
            "upstream_answer",
            to.client.answer_timeout,
            time_limit(),
            "From the end of a request to the head of the API's answer."
        );
        keys.value(
            "stream_idle",
            to.client.stream_idle,
            time_limit(),
            "For the next piece of a body from or to the API."
        );
        keys.value(
            "live_idle",
            to.client.live_idle,
            time_limit(),
            "For the next bytes of a WebSocket or a stream of events."
        );
        to.timed = keys.is_given();
    });
}

/// Hosts that no request can be for would make a route that is never taken, in silence.
void check_hosts(section& keys, const gateway_config& config, gateway::route_options& route) {
    const std::string& url = config.gateway.public_url;
    // Browsers leave the scheme's own port out.
    const std::string_view usual_port = is_https(url) ? ":443" : ":80";
    const auto without_port = [usual_port](std::string host) {
        if (host.ends_with(usual_port)) host.resize(host.size() - usual_port.size());
        return host;
    };
    std::vector<std::string> ours{without_port(url.substr(url.find("://") + 3))};
    for (const std::string& host : config.gateway.hosts)
        ours.push_back(without_port(host));
    for (std::string& host : route.hosts) {
        host = without_port(std::move(host));
        if (std::ranges::find(ours, host) != ours.end()) continue;
        keys.refuse(
            "hosts", "\"" + host + "\" is no host of this gateway", "add it to the list `hosts`"
        );
    }
}

}  // namespace

void proxy_keys(section& proxy, gateway::proxy_options& options) {
    proxy.value(
        "prefix",
        options.prefix,
        path_prefix(),
        "What stands before the API's paths in the browser."
    );
    proxy.list(
        "allow",
        options.allow,
        path_pattern(),
        "Paths of the API that may be reached: `*` is one segment, `**` any number. A path that "
        "is not in normal form is refused whatever stands here."
    );
    shared_keys(proxy, options);
}

void route_keys(section& keys, gateway_config& config) {
    gateway::route_options route;
    route.how = config.gateway.proxy;
    route.how.allow = {"/**"};
    route.how.websockets.clear();
    route_upstream to;
    to.client = config.client;
    to.client.stream_idle = config.server.stream_idle;

    keys.value("name", route.name, word(), "What the log calls it.");
    keys.value(
        "prefix",
        route.how.prefix,
        path_prefix(),
        "What stands before the API's paths in the browser. That of `proxy`, unless it is said."
    );
    keys.list(
        "paths",
        route.how.allow,
        path_pattern(),
        "The paths behind the prefix that this is for, in any spelling."
    );
    keys.list(
        "hosts",
        route.hosts,
        host_name(),
        "Public hosts that it is for. Empty: all of the gateway's."
    );
    keys.list(
        "methods",
        route.methods,
        method_name(),
        "Methods that it is for; where no route of a path has a method, that is 405. Empty: any."
    );
    http::origin where = config.upstream;
    keys.value(
        "upstream",
        where,
        upstream_origin(),
        "Another API. It gets people's access tokens: name none that should not have them."
    );
    // What was said of one API is not said of another: who vouches for it, what it is shown, and
    // fields that may hold a secret.
    if (keys.has("upstream")) {
        where.ca_file.clear();
        where.own = {};
        route.how.request = {};
    }
    keys.value(
        "upstream_ca",
        where.ca_file,
        file_path(),
        "Certificate authorities (PEM) that may vouch for it."
    );
    route.how.base_path = where.base_path;
    if (keys.has("upstream") || keys.has("upstream_ca")) to.where = std::move(where);
    shared_keys(keys, route.how);
    limit_keys(keys, to);
    if (!keys.is_given()) return;
    check_hosts(keys, config, route);
    if (route.name.empty()) {
        route.name = route.how.prefix;
        if (keys.has("paths") && !route.how.allow.empty()) route.name += route.how.allow.front();
    }
    config.gateway.routes.push_back(std::move(route));
    config.routes.push_back(std::move(to));
}

}  // namespace cloche::config
