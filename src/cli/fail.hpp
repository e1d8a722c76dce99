// How a command that could not do its work ends.
#pragma once

#include "app/exit_code.hpp"

#include <string_view>

namespace cloche::cli {

/// Says why on standard error; gives the exit code.
inline int fail(std::string_view why) noexcept {
    app::complain("cloche", why);
    return app::could_not_start;
}

}  // namespace cloche::cli
