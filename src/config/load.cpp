#include "config/load.hpp"

#include "config/addresses.hpp"
#include "config/document.hpp"
#include "config/keys.hpp"
#include "config/section.hpp"
#include "config/validate.hpp"

namespace cloche::config {
namespace {

template <class Config>
Config read(
    const source& from,
    void (*keys)(section&, Config&),
    void (*settle)(Config&, const given_keys&),
    problems& found
) {
    Config config;
    reader all(from.name, from.environment);
    const bool is_yaml = read_document(all, from, [&](section& root) { keys(root, config); });
    settle(config, all.given);
    if (is_yaml) validate(config, all.given, all.found);
    found.insert(found.end(), all.found.begin(), all.found.end());
    return config;
}

bool is_development(const std::string& public_url) {
    return !is_https(public_url) && is_on_loopback(public_url);
}

// Fills the fields that follow from others: options that two modules need to know.
void settle_gateway(gateway_config& config, const given_keys& given) {
    config.development = is_development(config.gateway.public_url);
    if (config.development && !given.has("session.cookie")) {
        config.gateway.cookies.session = "cloche_session";
    }
    if (config.session_keys.empty()) config.session_keys = config.data + "/session.keys";
    config.session.refresh.timeout = config.provider.refresh.timeout;
    config.session.refresh.wait = config.provider.refresh.wait;
    config.session.circuit.concurrency = config.provider.refresh.concurrency;
    const providers::json_api_description& api = config.provider;
    config.gateway.api.registration = api.register_account.has_value();
    config.gateway.api.verification = api.verify_account.has_value();
    const bool has_user = api.user && api.user->method == "GET";
    config.gateway.api.user_path = has_user ? api.user->path : std::string();
    config.provider.answer_timeout = config.client.answer_timeout;
    config.gateway.api.answer_timeout = config.client.answer_timeout;
    config.client.stream_idle = config.server.stream_idle;
    config.gateway.proxy.base_path = config.upstream.base_path;
    config.plain.head_timeout = config.server.head_timeout;
    config.plain.idle_timeout = config.server.idle_timeout;
    config.plain.connections = config.server.connections;
}

void settle_identity(identity_config& config, const given_keys&) {
    config.development = is_development(config.identity.public_url);
}

}  // namespace

gateway_config::gateway_config() {
    server.listen = "127.0.0.1:3000";
    operations.listen = "127.0.0.1:3001";
    operations.threads = 1;
    plain.listen.clear();
    plain.threads = 1;
}

identity_config::identity_config() {
    server.listen = "127.0.0.1:8000";
    operations.listen = "127.0.0.1:8001";
    operations.threads = 1;
}

gateway_config read_gateway(const source& from, problems& found) {
    return read<gateway_config>(from, gateway_keys, settle_gateway, found);
}

identity_config read_identity(const source& from, problems& found) {
    return read<identity_config>(from, identity_keys, settle_identity, found);
}

gateway_config load_gateway(const std::optional<std::string>& path, problems& found) {
    return read_gateway(open_source(path, found), found);
}

identity_config load_identity(const std::optional<std::string>& path, problems& found) {
    return read_identity(open_source(path, found), found);
}

}  // namespace cloche::config
