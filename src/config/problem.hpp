// What is wrong with a configuration, in words a person can act on.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cloche::config {

struct problem {
    std::string file;      ///< as it was named; empty where there is none
    std::size_t line = 0;  ///< counted from 1; 0: no line in particular
    std::string key;       ///< `session.idle`; empty: the file as a whole
    std::string what;      ///< what is wrong
    std::string remedy;    ///< what to do about it; may be empty
};

using problems = std::vector<problem>;

/// `FILE:LINE: key: what is wrong; remedy`, a line each, in the order of the file.
std::string render(problems found);

}  // namespace cloche::config
