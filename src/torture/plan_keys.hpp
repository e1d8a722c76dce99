// The keys of a torture plan: docs/torture.md explains them.
#pragma once

#include "config/problem.hpp"
#include "torture/plan.hpp"

#include <optional>
#include <string>

namespace cloche::torture {

/// Reads the plan at `path` over what `into` says; without one nothing changes. Everything wrong is
/// in `found`, and the plan is not to be used then.
void read_plan(const std::optional<std::string>& path, plan& into, config::problems& found);

}  // namespace cloche::torture
