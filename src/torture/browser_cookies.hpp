// The cookies that one browser holds for one site. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::torture {

class browser_cookies {
public:
    /// The Set-Cookie lines of an answer, as a browser takes them: the last one wins, and one with
    /// no life left takes the cookie away. Paths and domains play no part here.
    void take(const std::vector<std::string>& lines);
    /// The Cookie field; empty if there is none.
    std::string header() const;

private:
    std::map<std::string, std::string> held_;
};

}  // namespace cloche::torture
