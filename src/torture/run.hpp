// One torture run from its first sign-in to its figures.
#pragma once

#include "torture/plan.hpp"
#include "torture/tally.hpp"

#include <functional>
#include <optional>
#include <string>

namespace cloche::torture {

struct run_result {
    figures counts;
    milliseconds took{0};
};

/// Plays `what` in the calling thread and threads of its own. `folder`: for the replicas' logs.
/// `progress` is told the figures now and then; false ends the run early. Nothing if it could not
/// begin, with the reason in `why`.
std::optional<run_result> run(
    const plan& what,
    const std::string& folder,
    const std::function<bool(const figures&, milliseconds elapsed)>& progress,
    std::string& why
);

}  // namespace cloche::torture
