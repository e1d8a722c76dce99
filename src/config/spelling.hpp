// Finds the key that was meant. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::config {

/// How many letters have to be changed, added, left out or swapped with their neighbour to get from
/// `a` to `b` (optimal string alignment).
std::size_t letters_apart(std::string_view a, std::string_view b);

/// The nearest of `known`, if it is near enough to have been meant.
std::optional<std::string> nearest(std::string_view written, const std::vector<std::string>& known);

}  // namespace cloche::config
