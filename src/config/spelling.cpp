#include "config/spelling.hpp"

#include <algorithm>

namespace cloche::config {

std::size_t letters_apart(std::string_view a, std::string_view b) {
    const std::size_t width = b.size() + 1;
    std::vector<std::size_t> table((a.size() + 1) * width);
    const auto cell = [&](std::size_t i, std::size_t j) -> std::size_t& {
        return table[i * width + j];
    };
    for (std::size_t i = 0; i <= a.size(); ++i)
        cell(i, 0) = i;
    for (std::size_t j = 0; j <= b.size(); ++j)
        cell(0, j) = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = a[i - 1] == b[j - 1] ? 0 : 1;
            std::size_t& best = cell(i, j);
            best = std::min({cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + changed});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) best = std::min(best, cell(i - 2, j - 2) + 1);
        }
    }
    return cell(a.size(), b.size());
}

std::optional<std::string> nearest(
    std::string_view written, const std::vector<std::string>& known
) {
    std::optional<std::string> best;
    // A third of the letters: further away it is another word.
    std::size_t bound = std::max<std::size_t>(1, written.size() / 3) + 1;
    for (const std::string& key : known) {
        const std::size_t apart = letters_apart(written, key);
        if (apart < bound) {
            bound = apart;
            best = key;
        }
    }
    return best;
}

}  // namespace cloche::config
