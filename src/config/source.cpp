#include "config/source.hpp"

#include "config/file_text.hpp"

#include <cstdlib>
#include <utility>

namespace cloche::config {
namespace {

std::optional<std::string> variable_of_process(const std::string& name) {
    // At start-up, before there is another thread that could change the environment.
    const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

source open_source(const std::optional<std::string>& path, problems& found) {
    source from{path.value_or(""), "", variable_of_process};
    if (!path) return from;
    auto text = read_file_text(*path);
    if (text) {
        from.text = std::move(*text);
    } else {
        found.push_back(
            {*path,
             0,
             "",
             "cannot be read: " + text.error().message(),
             "name a configuration file that this user may read"}
        );
    }
    return from;
}

}  // namespace cloche::config
