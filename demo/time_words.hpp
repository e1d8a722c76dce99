// Times and names in a form that people read.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace cloche_demo {

/// `2024-05-12T04:37:24.007Z` as `12 May 2024`; anything else as it is.
std::string day_of(std::string_view timestamp);

/// In the largest unit of which there are two: `29 days`, `90 minutes`, `1 second`.
std::string words_for(std::chrono::seconds time);

/// The first letter of a name, whole also where UTF-8 has several bytes for it.
std::string first_letter(std::string_view name);

}  // namespace cloche_demo
