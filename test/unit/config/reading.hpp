// Reads configurations from texts, and tells their problems as a person sees them.
#pragma once

#include "config/load.hpp"

#include <map>
#include <string>

namespace cloche::config {

using variables = std::map<std::string, std::string>;

inline source text_source(std::string text, variables known = {}) {
    return {
        "c.yaml",
        std::move(text),
        [known = std::move(known)](const std::string& name) -> std::optional<std::string> {
            const auto found = known.find(name);
            if (found == known.end()) return std::nullopt;
            return found->second;
        }};
}

template <class Config>
struct outcome {
    Config config;
    std::string problems;  // as rendered; empty if there are none
};

inline outcome<gateway_config> gateway_of(std::string text, variables known = {}) {
    problems found;
    gateway_config config = read_gateway(text_source(std::move(text), std::move(known)), found);
    return {std::move(config), render(found)};
}

inline outcome<identity_config> identity_of(std::string text, variables known = {}) {
    problems found;
    identity_config config = read_identity(text_source(std::move(text), std::move(known)), found);
    return {std::move(config), render(found)};
}

}  // namespace cloche::config
