// `cloche torture`: docs/torture.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace cloche::cli {

/// As they stand on the command line; what is given there goes before the plan.
struct torture_options {
    std::optional<std::string> plan;  ///< file
    std::optional<std::uint64_t> seed;
    std::optional<std::string> length;
    std::optional<std::uint64_t> refreshes;
    std::optional<std::size_t> sessions;
    std::optional<std::size_t> tabs;
    // Of our own gateway.
    std::optional<std::string> store;
    std::optional<std::string> mode;
    std::optional<std::size_t> replicas;
    std::optional<std::string> json;  ///< file
};

/// Gives the exit code: `found_wanting` if something happened that must not.
int run_torture(const torture_options& asked);

}  // namespace cloche::cli
