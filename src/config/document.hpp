// One YAML document, read with a table of keys.
#pragma once

#include "config/section.hpp"
#include "config/source.hpp"

#include <functional>

namespace cloche::config {

/// Reads all of `from` with `keys`, and refuses the keys that nobody asked for. False if it is not
/// YAML at all: then only that is worth being told. What is wrong is in `all.found`.
bool read_document(reader& all, const source& from, const std::function<void(section&)>& keys);

}  // namespace cloche::config
