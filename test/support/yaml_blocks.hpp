// The YAML that the documentation shows: what people copy out of it has to be read without a
// problem.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::test {

inline std::string content_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// The fenced blocks of YAML in a page.
inline std::vector<std::string> yaml_blocks(const std::string& page) {
    constexpr std::string_view opening = "\n```yaml\n";
    std::vector<std::string> blocks;
    for (std::size_t at = page.find(opening); at != std::string::npos;
         at = page.find(opening, at)) {
        at += opening.size();
        blocks.push_back(page.substr(at, page.find("\n```", at) - at));
    }
    return blocks;
}

}  // namespace cloche::test
