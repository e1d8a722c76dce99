// How one kind of value is written in a configuration: read from a text, and written back for the
// reference.
#pragma once

#include <boost/system/result.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::config {

/// Why a text cannot be read. `what` continues after the value: "is not a duration".
struct parse_error {
    std::string what;
    std::string remedy;

    parse_error() = default;
    // An aggregate could be made of any text alone, and no result could tell the two apart.
    parse_error(std::string is, std::string do_instead)
        : what(std::move(is)), remedy(std::move(do_instead)) {}
};

template <class T>
using parsed = boost::system::result<T, parse_error>;

template <class T>
struct notation {
    std::string name;  ///< "duration", for the reference
    std::function<parsed<T>(std::string_view)> read;
    std::function<std::string(const T&)> write;
    bool secret = false;  ///< the value may hold a password: no message shows it
};

/// A text that only has to be checked.
notation<std::string> checked_text(
    std::string name, std::function<parsed<std::string>(std::string_view)> read
);

/// `a, b or c`
std::string listed(const std::vector<std::string>& words);

template <class Enum>
notation<Enum> one_of(std::vector<std::pair<std::string, Enum>> words) {
    std::vector<std::string> names;
    for (const auto& [word, value] : words)
        names.push_back(word);
    const std::string choices = listed(names);
    return {
        choices,
        [words, choices](std::string_view text) -> parsed<Enum> {
            for (const auto& [word, value] : words) {
                if (text == word) return value;
            }
            return parse_error{"is not one of the choices", "write " + choices};
        },
        [words](const Enum& value) {
            for (const auto& [word, meant] : words) {
                if (value == meant) return word;
            }
            return std::string();
        },
    };
}

}  // namespace cloche::config
