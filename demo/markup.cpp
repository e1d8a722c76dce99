#include "markup.hpp"

#include <algorithm>
#include <stdexcept>

namespace cloche_demo {

markup fill(
    std::string_view page, std::initializer_list<std::pair<std::string_view, value>> values
) {
    markup out;
    for (;;) {
        const auto begin = page.find("{{");
        if (begin == std::string_view::npos) break;
        const auto end = page.find("}}", begin);
        if (end == std::string_view::npos) break;
        const auto name = page.substr(begin + 2, end - begin - 2);
        const auto found = std::find_if(values.begin(), values.end(), [name](const auto& entry) {
            return entry.first == name;
        });
        if (found == values.end())
            throw std::logic_error("no value for {{" + std::string(name) + "}}");
        out.html += page.substr(0, begin);
        // What is put in is not looked at again: braces in a person's name are only braces.
        out.html += found->second.html();
        page.remove_prefix(end + 2);
    }
    out.html += page;
    return out;
}

}  // namespace cloche_demo
