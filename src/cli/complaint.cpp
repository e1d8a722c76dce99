#include "cli/complaint.hpp"

#include <cstdio>

namespace cloche::cli {

void complain(std::string_view why) noexcept {
    std::fprintf(stderr, "cloche: %.*s\n", static_cast<int>(why.size()), why.data());
}

void complain(const config::problems& found) {
    std::fputs(config::render(found).c_str(), stderr);
}

}  // namespace cloche::cli
