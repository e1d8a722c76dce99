#include "config/notation.hpp"

namespace cloche::config {

notation<std::string> checked_text(
    std::string name, std::function<parsed<std::string>(std::string_view)> read
) {
    return {std::move(name), std::move(read), [](const std::string& value) { return value; }};
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += words[i];
    }
    return text;
}

}  // namespace cloche::config
