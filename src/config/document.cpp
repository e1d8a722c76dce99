#include "config/document.hpp"

#include <yaml-cpp/yaml.h>

#include <utility>
#include <vector>

namespace cloche::config {
namespace {

// The one document of the text; an undefined node where it has none, or cannot be read.
YAML::Node parse(const source& from, problems& found) {
    const YAML::Node none(YAML::NodeType::Undefined);
    try {
        const std::vector<YAML::Node> documents = YAML::LoadAll(from.text);
        if (documents.empty()) return none;
        if (documents.size() > 1) {
            found.push_back(
                {from.name, 0, "", "holds more than one document", "take the `---` lines out"}
            );
        }
        return documents.front();
    } catch (const YAML::Exception& failed) {
        const auto line = static_cast<std::size_t>(failed.mark.line) + 1;
        found.push_back(
            {from.name,
             line,
             "",
             "is not YAML: " + failed.msg,
             "look at the indentation and quotes here and just before"}
        );
        return none;
    }
}

}  // namespace

bool read_document(reader& all, const source& from, const std::function<void(section&)>& keys) {
    const YAML::Node document = parse(from, all.found);
    const bool is_yaml = all.found.empty();
    section::read(all, document, keys);
    all.refuse_unknown_keys();
    return is_yaml;
}

}  // namespace cloche::config
