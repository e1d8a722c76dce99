// The cookie changes one response will make. Not for cookies of the browser, nor for lines
// that an upstream sent. Pure.
#pragma once

#include "cookies/set_cookie.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cloche::cookies {

/// Holds one line for a name at most (CK-7): a later change takes the place of an earlier one. One
/// of one response, on one thread.
class cookie_jar {
public:
    explicit cookie_jar(const cookie_scope& scope) noexcept : scope_(scope) {}

    /// Errors: those of set_cookie(); the jar stays as it was then.
    result<void> set(std::string_view name, std::string_view value, seconds max_age);
    /// Errors: those of expire_cookie(); the jar stays as it was then.
    result<void> expire(std::string_view name);
    /// Forgets all changes: an ended session's answer gets none.
    void clear() noexcept { changes_.clear(); }

    bool empty() const noexcept { return changes_.empty(); }

    /// Calls `write(line)` for each Set-Cookie line. Each must become a field line of
    /// its own, never joined (CK-6).
    template <class Write>
    void for_each_line(Write write) const {
        for (const auto& each : changes_)
            write(std::string_view(each.line));
    }
    /// The same, as a list.
    std::vector<std::string> lines() const;

private:
    struct change {
        std::string name;
        std::string line;
    };
    void put(std::string_view name, std::string line);

    cookie_scope scope_;
    std::vector<change> changes_;
};

}  // namespace cloche::cookies
