// What a program exits with, and how what it could not handle becomes one line and a code.
#pragma once

#include "config/problem.hpp"

#include <functional>
#include <string_view>

namespace cloche::app {

/// Those from 64 on are of sysexits.h.
enum exit_code : int {
    success = 0,
    could_not_start = 1,
    found_wanting = 2,  ///< `cloche torture`: the gateway did what it must not
    wrong_usage = 64,
    internal_fault = 70,
    wrong_configuration = 78,
};

/// `PROGRAM: WHY` on standard error.
void complain(std::string_view program, std::string_view why) noexcept;

/// A line each: what is wrong, and what to do about it.
void complain(const config::problems& found);

/// What `work` returns. What it throws is said in one line: could_not_start where the system
/// refused something (a file, an address, a thread), else internal_fault.
int run_to_exit_code(std::string_view program, const std::function<int()>& work) noexcept;

}  // namespace cloche::app
