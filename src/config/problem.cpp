#include "config/problem.hpp"

#include <algorithm>
#include <tuple>

namespace cloche::config {

std::string render(problems found) {
    std::stable_sort(found.begin(), found.end(), [](const problem& a, const problem& b) {
        return std::tie(a.file, a.line) < std::tie(b.file, b.line);
    });
    std::string text;
    for (const problem& one : found) {
        if (!one.file.empty()) {
            text += one.file;
            if (one.line > 0) text += ':' + std::to_string(one.line);
            text += ": ";
        }
        if (!one.key.empty()) text += one.key + ": ";
        text += one.what;
        if (!one.remedy.empty()) text += "; " + one.remedy;
        text += '\n';
    }
    return text;
}

}  // namespace cloche::config
