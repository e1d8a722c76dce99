#include "config/validate.hpp"

#include "config/addresses.hpp"
#include "config/quantities.hpp"
#include "cookies/set_cookie.hpp"
#include "http/target.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::config {
namespace {

// Collects problems at keys.
class findings {
public:
    findings(const given_keys& given, problems& found) : given_(given), found_(found) {}

    void add(const std::string& key, std::string what, std::string remedy) {
        found_.push_back(given_.at(key, std::move(what), std::move(remedy)));
    }

private:
    const given_keys& given_;
    problems& found_;
};

void check_listeners(const std::string& listen, const std::string& operations, findings& found) {
    if (listen == operations && port_of(listen) != "0") {
        found.add("operations", "is the same as `listen`", "give it a port of its own");
    }
}

void check_public_url(const std::string& url, findings& found) {
    if (is_https(url) || is_on_loopback(url)) return;
    found.add(
        "public_url",
        "plain http on a name that is not this machine: every cookie could be read on the way",
        "write https://, or for development http://localhost"
    );
}

void check_tls(const gateway_config& config, findings& found) {
    const bool speaks_tls = !config.certificates.empty();
    if (speaks_tls && !is_https(config.gateway.public_url)) {
        found.add(
            "public_url",
            "is plain http, but with `tls.certificates` browsers are spoken to by https",
            "write https:// and the name that stands in the certificate"
        );
    }
    if (speaks_tls || config.plain.listen.empty()) return;
    found.add(
        "tls.redirect",
        "there is no https to lead to",
        "add `certificates`, or take it out: a proxy in front that speaks https leads there itself"
    );
}

void check_idle(
    const std::string& group, milliseconds idle, milliseconds absolute, findings& found
) {
    if (idle <= absolute) return;
    found.add(
        group + ".idle",
        "is longer than `absolute`, " + write_duration(absolute) + ", and could never be reached",
        "make it shorter, or `absolute` longer"
    );
}

// CK-2: a prefix is a promise about the attributes, and browsers drop what breaks it.
void check_cookie_name(
    const std::string& key, const std::string& name, const gateway_config& config, findings& found
) {
    const cookies::cookie_scope scope{!config.development, config.gateway.cookies.site};
    const auto kept = cookies::check_name(name, scope);
    if (kept || kept.error() != cookies::errc::prefix) return;
    found.add(
        key,
        "browsers refuse a cookie of the name \"" + name + "\" without https",
        "take the prefix off in development, or give `public_url` https"
    );
}

// CK-14: otherwise the API could set the id of a session.
void check_passed_cookies(
    const std::string& group,
    const gateway::proxy_options& proxy,
    const std::string& ours,
    findings& found
) {
    for (const std::string& passed : proxy.pass_set_cookie) {
        if (passed != ours) continue;
        found.add(
            group + ".pass_set_cookie",
            "\"" + passed + "\" is the gateway's own cookie",
            "take it out: the API must not set it"
        );
    }
}

void check_cookies(const gateway_config& config, findings& found) {
    const gateway::cookie_options& cookies = config.gateway.cookies;
    std::vector<std::pair<std::string, std::string>> ours{{"session.cookie", cookies.session}};
    if (cookies.mode == gateway::cookie_mode::tokens) {
        ours.emplace_back("session.access_cookie", cookies.access);
        ours.emplace_back("session.refresh_cookie", cookies.refresh);
    }
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const auto& [key, name] = ours[i];
        check_cookie_name(key, name, config, found);
        for (std::size_t j = 0; j < i; ++j) {
            if (ours[j].second != name) continue;
            found.add(key, "is the same as `" + ours[j].first + "`", "give each a name of its own");
        }
        check_passed_cookies("proxy", config.gateway.proxy, name, found);
        for (const gateway::route_options& route : config.gateway.routes)
            check_passed_cookies("routes", route.how, name, found);
    }
}

void check_prefixes(const gateway::gateway_options& gateway, findings& found) {
    const std::array<std::pair<std::string, std::string_view>, 3> prefixes{{
        {"prefixes.api", gateway.api_prefix},
        {"prefixes.pages", gateway.page_prefix},
        {"proxy.prefix", gateway.proxy.prefix},
    }};
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const auto& [key, path] = prefixes[i];
            const auto& [other_key, other] = prefixes[j];
            if (!http::is_below(path, other) && !http::is_below(other, path)) continue;
            found.add(
                key,
                "overlaps with `" + other_key + "`, " + std::string(other),
                "choose paths that do not begin with each other"
            );
        }
    }
}

// Several routes may have one prefix, also that of `proxy`.
void check_route_prefixes(const gateway::gateway_options& gateway, findings& found) {
    std::vector<std::string> of_apis{gateway.proxy.prefix};
    for (const gateway::route_options& route : gateway.routes)
        of_apis.push_back(route.how.prefix);
    const auto check = [&](const std::string& one, const std::string& other) {
        if (!http::is_below(one, other) && !http::is_below(other, one)) return;
        found.add(
            "routes.prefix",
            one + " overlaps with " + other,
            "choose paths that do not begin with each other"
        );
    };
    for (std::size_t i = 1; i < of_apis.size(); ++i) {
        if (of_apis[i] == gateway.proxy.prefix) continue;
        check(of_apis[i], gateway.api_prefix);
        check(of_apis[i], gateway.page_prefix);
        for (std::size_t j = 0; j < i; ++j) {
            if (of_apis[i] != of_apis[j]) check(of_apis[i], of_apis[j]);
        }
    }
}

// What is below a prefix of ours never reaches a page of somebody else's.
void check_sign_in_page(const gateway::gateway_options& gateway, findings& found) {
    std::vector<std::string> prefixes{
        gateway.api_prefix, gateway.page_prefix, gateway.proxy.prefix};
    for (const gateway::route_options& route : gateway.routes)
        prefixes.push_back(route.how.prefix);
    for (const std::string& prefix : prefixes) {
        if (!http::is_below(gateway.sign_in_page, prefix)) continue;
        found.add(
            "sign_in_page",
            "is below " + prefix + ", where only the gateway answers",
            "name a page of your own, or leave the key out for the built-in one"
        );
    }
}

void check_replicas(const gateway_config& config, findings& found) {
    if (config.replicas == replica_count::one) return;
    if (!config.store.is_shared()) {
        found.add(
            "session.replicas",
            "`many` gateways cannot share a store that only one process can see",
            "give `session.store` the URL of a PostgreSQL or Redis server, or write one"
        );
    } else if (!config.keys_are_named) {
        found.add(
            "session.replicas",
            "`many` gateways have to open each other's sessions, and each would make keys of its "
            "own",
            "name in `session.keys` a file that all of them have a copy of"
        );
    }
}

void check_refresh(const providers::json_api_description& api, findings& found) {
    if (api.refresh.wait > api.refresh.timeout) {
        found.add(
            "provider.refresh.wait",
            "is longer than `timeout`, " + write_duration(api.refresh.timeout) +
                ", after which there is nothing to wait for",
            "make it " + write_duration(api.refresh.timeout) + " at most"
        );
    }
    for (const unsigned status : api.refresh.final_statuses) {
        if (status != 408 && status != 425 && status != 429) continue;
        found.add(
            "provider.refresh.final",
            std::to_string(status) + " says to come back later",
            "take it out, or a busy API signs people out"
        );
    }
    using token = providers::refresh_token_place::kind;
    using expiry = providers::refresh_expiry_place::kind;
    if (api.refresh_expires.in == expiry::cookie && api.refresh_token.in != token::cookie) {
        found.add(
            "provider.refresh_expires",
            "there is no cookie of the refresh token to read it from",
            "write unknown, or `{ at: … }`"
        );
    }
}

// Where the refresh token is a member of a body, there must be one for it.
void check_refresh_token(const providers::json_api_description& api, findings& found) {
    const providers::refresh_token_place& place = api.refresh_token;
    if (place.in != providers::refresh_token_place::kind::body || place.is_bearer()) return;
    const std::string& method = api.refresh.request.method;
    if (method == "GET" || method == "DELETE") {
        found.add(
            "provider.refresh.request",
            "a " + method + " has no body to send the refresh token in",
            "write POST, or `send: bearer`"
        );
    }
    if (api.logout && api.logout->method == "GET") {
        found.add(
            "provider.logout.request",
            "a GET has no body to send the refresh token in",
            "write POST or DELETE, or `send: bearer`"
        );
    }
    if (api.refresh.format == providers::body_format::form && place.send.rfind('/') != 0) {
        found.add(
            "provider.refresh_token.send",
            "a form has no members within members",
            "write it like /refresh_token, or `format: json`"
        );
    }
}

void check_user(const providers::json_api_description& api, findings& found) {
    if (api.subject.in == providers::subject_place::kind::user && !api.user) {
        found.add(
            "provider.subject.user",
            "there is no request for the user",
            "describe `provider.user`, or name a claim"
        );
    }
}

}  // namespace

void validate(const gateway_config& config, const given_keys& given, problems& problems_found) {
    findings found(given, problems_found);
    check_listeners(config.server.listen, config.operations.listen, found);
    check_public_url(config.gateway.public_url, found);
    check_tls(config, found);
    check_idle("session", config.session.idle, config.session.absolute, found);
    check_cookies(config, found);
    check_prefixes(config.gateway, found);
    check_route_prefixes(config.gateway, found);
    check_sign_in_page(config.gateway, found);
    check_replicas(config, found);
    check_refresh(config.provider, found);
    check_refresh_token(config.provider, found);
    check_user(config.provider, found);
}

void validate(const identity_config& config, const given_keys& given, problems& problems_found) {
    findings found(given, problems_found);
    const identity::identity_options& options = config.identity;
    check_listeners(config.server.listen, config.operations.listen, found);
    check_public_url(options.public_url, found);
    check_idle("refresh_token", options.refresh_idle, options.refresh_absolute, found);
    if (options.access_lifetime > options.refresh_idle) {
        found.add(
            "access_token.lifetime",
            "is longer than `refresh_token.idle`, " + write_duration(options.refresh_idle),
            "make it shorter: it should be minutes"
        );
    }
    // ID-1: one pass is enough only over more memory (OWASP: 46 MiB).
    constexpr std::uint64_t enough_for_one_pass = 46ULL * 1024 * 1024;
    if (options.password_cost.passes < 2 && options.password_cost.memory < enough_for_one_pass) {
        found.add(
            "password.hash.passes",
            "one pass is too weak over " + write_size(options.password_cost.memory),
            "write 2, or `memory: 46MiB`"
        );
    }
}

}  // namespace cloche::config
