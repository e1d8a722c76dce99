#include "config/load.hpp"

#include "config/addresses.hpp"
#include "config/file_text.hpp"
#include "config/keys.hpp"
#include "config/section.hpp"
#include "config/validate.hpp"

#include <yaml-cpp/yaml.h>

#include <cstdlib>

namespace cloche::config {
namespace {

std::optional<std::string> variable_of_process(const std::string& name) {
    // At start-up, before there is another thread that could change the environment.
    const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

// The one document of the text; an undefined node where it has none, or cannot be read.
YAML::Node parse(const source& from, problems& found) {
    const YAML::Node none(YAML::NodeType::Undefined);
    try {
        const std::vector<YAML::Node> documents = YAML::LoadAll(from.text);
        if (documents.empty()) return none;
        if (documents.size() > 1) {
            found.push_back(
                {from.name, 0, "", "holds more than one document", "take the `---` lines out"}
            );
        }
        return documents.front();
    } catch (const YAML::Exception& failed) {
        const auto line = static_cast<std::size_t>(failed.mark.line) + 1;
        found.push_back(
            {from.name,
             line,
             "",
             "is not YAML: " + failed.msg,
             "look at the indentation and quotes here and just before"}
        );
        return none;
    }
}

template <class Config>
Config read(
    const source& from,
    void (*keys)(section&, Config&),
    void (*settle)(Config&, const given_keys&),
    problems& found
) {
    Config config;
    reader all(from.name, from.environment);
    const YAML::Node document = parse(from, all.found);
    const bool is_yaml = all.found.empty();
    section::read(all, document, [&](section& root) { keys(root, config); });
    all.refuse_unknown_keys();
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
    const providers::json_api_description& api = config.provider;
    config.gateway.api.registration = api.register_account.has_value();
    config.gateway.api.verification = api.verify_account.has_value();
    const bool has_user = api.user && api.user->method == "GET";
    config.gateway.api.user_path = has_user ? api.user->path : std::string();
    config.provider.answer_timeout = config.client.answer_timeout;
    config.gateway.api.answer_timeout = config.client.answer_timeout;
    config.client.stream_idle = config.server.stream_idle;
}

void settle_identity(identity_config& config, const given_keys&) {
    config.development = is_development(config.identity.public_url);
}

template <class Config>
Config load(
    const std::optional<std::string>& path,
    Config (*read_source)(const source&, problems&),
    problems& found
) {
    source from{path.value_or(""), "", variable_of_process};
    if (path) {
        auto text = read_file_text(*path);
        if (text) {
            from.text = std::move(*text);
        } else {
            found.push_back(
                {*path,
                 0,
                 "",
                 "cannot be read: " + text.error().message(),
                 "name a configuration file that this user may read"}
            );
        }
    }
    return read_source(from, found);
}

}  // namespace

gateway_config::gateway_config() {
    server.listen = "127.0.0.1:3000";
    operations.listen = "127.0.0.1:3001";
    operations.threads = 1;
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
    return load<gateway_config>(path, read_gateway, found);
}

identity_config load_identity(const std::optional<std::string>& path, problems& found) {
    return load<identity_config>(path, read_identity, found);
}

}  // namespace cloche::config
