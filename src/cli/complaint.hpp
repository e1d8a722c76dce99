// What the command line says when something is wrong, and what it exits with. For this folder
// alone.
#pragma once

#include "config/problem.hpp"

#include <string_view>

namespace cloche::cli {

/// Those from 64 on are of sysexits.h.
enum exit_code : int {
    success = 0,
    could_not_start = 1,
    wrong_usage = 64,
    internal_fault = 70,
    wrong_configuration = 78,
};

/// `cloche: WHY` on standard error.
void complain(std::string_view why) noexcept;
/// A line each: what is wrong, and what to do about it.
void complain(const config::problems& found);

}  // namespace cloche::cli
