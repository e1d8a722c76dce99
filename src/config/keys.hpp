// The keys of the two programs: one table each, which both reading and the reference go by.
#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace cloche::config {

void gateway_keys(section& root, gateway_config& config);
void identity_keys(section& root, identity_config& config);

/// `provider`: how the auth API is described.
void provider_keys(section& provider, providers::json_api_description& api);

/// `proxy`: how the API is reached.
void proxy_keys(section& proxy, gateway::proxy_options& options);
/// One of `routes`, added to `config`.
void route_keys(section& route, gateway_config& config);

/// `log`, the same in both.
void log_keys(section& root, observability::log_options& log);

}  // namespace cloche::config
