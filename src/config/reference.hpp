// docs/configuration.md, out of the same tables that reading goes by.
#pragma once

#include <string>

namespace cloche::config {

std::string reference_markdown();

}  // namespace cloche::config
