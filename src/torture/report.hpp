// What a run came to, for people and for programs.
#pragma once

#include "torture/plan.hpp"
#include "torture/tally.hpp"

#include <string>

namespace cloche::torture {

/// A table of lines.
std::string in_words(const plan& what, const figures& count, milliseconds took);
/// One JSON object; docs/torture.md names its members.
std::string as_json(const plan& what, const figures& count, milliseconds took);

}  // namespace cloche::torture
