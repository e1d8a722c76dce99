#include "gateway/routes.hpp"

#include "gateway/answer.hpp"
#include "gateway/handlers.hpp"

#include <set>
#include <string>
#include <utility>

namespace cloche::gateway {
namespace {

using http::method;

/// Below the gateway's own prefixes there is nothing but the gateway: no front end
/// answers in its place.
runtime::task<void> nothing_there(request_context& rq) {
    co_await refuse(rq, problem::not_found);
}

}  // namespace

routes::routes(const gateway_options& options, std::vector<application_route> application) {
    const auto any = http::method_set::any();
    const auto reads = [](auto handle, route_class route) {
        return endpoint{handle, route, false};
    };
    const auto changes = [](auto handle, route_class route) {
        return endpoint{handle, route, true};
    };

    const bool registration = options.api.registration;
    const bool verification = options.api.verification;

    const std::string& api = options.api_prefix;
    table_.add({method::post}, api + "/login", changes(handle_login, route_class::auth));
    if (registration)
        table_.add({method::post}, api + "/register", changes(handle_register, route_class::auth));
    if (verification)
        table_.add({method::post}, api + "/verify", changes(handle_verify, route_class::auth));
    table_.add(
        {method::post, method::del}, api + "/logout", changes(handle_logout, route_class::auth)
    );
    table_.add({method::get}, api + "/session", reads(handle_session, route_class::auth));
    table_.add({method::post}, api + "/refresh", changes(handle_refresh, route_class::auth));
    table_.add({method::get}, api + "/sessions", reads(handle_sessions, route_class::auth));
    table_.add({method::del}, api + "/sessions", changes(handle_end_sessions, route_class::auth));
    table_.add(
        {method::del}, api + "/sessions/{id}", changes(handle_end_session, route_class::auth)
    );
    table_.add({method::get}, api + "/client.js", reads(handle_client, route_class::auth));
    table_.add(any, api + "/*", reads(nothing_there, route_class::auth));

    if (options.pages) {
        const std::string& pages = options.page_prefix;
        table_.add({method::get}, pages + "/login", reads(handle_login_page, route_class::page));
        table_.add({method::post}, pages + "/login", changes(handle_login_form, route_class::page));
        const auto page = route_class::page;
        if (registration) {
            table_.add({method::get}, pages + "/register", reads(handle_register_page, page));
            table_.add({method::post}, pages + "/register", changes(handle_register_form, page));
        }
        // Where a registration leads, also when the mailed link leads to the API.
        if (registration || verification)
            table_.add({method::get}, pages + "/verify", reads(handle_verify_page, page));
        // Its page sends no referrer, and so, in browsers without Fetch Metadata, no origin either.
        // Signed out it signs nobody in, and takes a secret that only the mail has.
        if (verification)
            table_.add({method::post}, pages + "/verify", reads(handle_verify_form, page));
        table_.add(
            {method::post}, pages + "/logout", changes(handle_logout_form, route_class::page)
        );
        table_.add(
            {method::get}, pages + "/account", reads(handle_account_page, route_class::page)
        );
        table_.add({method::get}, pages + "/assets/{id}", reads(handle_asset, route_class::page));
        table_.add(any, pages + "/*", reads(nothing_there, route_class::page));
    }

    for (application_route& added : application) {
        endpoint made{std::move(added.handle), route_class::application, added.changes};
        table_.add(added.methods, added.pattern, std::move(made));
    }

    std::set<std::string> prefixes{options.proxy.prefix};
    for (const route_options& route : options.routes)
        prefixes.insert(route.how.prefix);
    for (const std::string& prefix : prefixes) {
        table_.add(any, prefix, reads(handle_proxy, route_class::proxy));
        table_.add(any, prefix + "/*", reads(handle_proxy, route_class::proxy));
    }
    table_.add(any, "/*", reads(handle_frontend, route_class::frontend));
}

routes::match routes::find(method verb, std::string_view path) const {
    const auto found = table_.find(verb, path);
    match made;
    made.found = found.handler;
    made.rest = found.rest;
    if (found.what == http::router<endpoint>::outcome::method_not_allowed)
        made.allow = http::to_allow(found.allowed);
    return made;
}

}  // namespace cloche::gateway
