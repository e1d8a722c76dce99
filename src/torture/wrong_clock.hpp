// A process whose wall clock is off, by Debian's libfaketime. Its monotonic clock stays right.
#pragma once

#include "base/clock.hpp"

#include <sys/types.h>

#include <string>

namespace cloche::torture {

/// `command` of the shell, for a process and its children with a clock that is `off`.
std::string with_clock_off(milliseconds off, const std::string& command);

/// What libfaketime leaves in memory that is shared when such a process is killed goes.
void clear_after(pid_t killed);

/// Whether libfaketime is there.
bool can_be_off();

}  // namespace cloche::torture
