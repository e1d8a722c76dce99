// What no single value shows: contradictions between keys. Pure; finds all of them.
#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace cloche::config {

void validate(const gateway_config& config, const given_keys& given, problems& found);
void validate(const identity_config& config, const given_keys& given, problems& found);

}  // namespace cloche::config
