// Reads one mapping of a configuration file into the fields of options structs, key by key.
//
// The calls that read are also the reference: each key is named once, with its notation and
// meaning, and its default is what the field held before. Everything wrong is collected; nothing
// throws. The only header that knows yaml-cpp.
#pragma once

#include "config/notation.hpp"
#include "config/problem.hpp"

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::config {

/// Gives the value of an environment variable.
using environment = std::function<std::optional<std::string>(const std::string& name)>;

/// One key of the reference. A group of keys has no notation.
struct reference_row {
    std::string key;
    std::string notation;
    std::string default_value;
    std::string meaning;
};

/// Which keys a file gives, and on which lines: what later checks say their problems with.
class given_keys {
public:
    explicit given_keys(std::string file) : file_(std::move(file)) {}

    void add(const std::string& key, std::size_t line) { lines_.emplace(key, line); }
    bool has(const std::string& key) const { return lines_.contains(key); }
    /// The keys of a group that is one of several: those of the next have lines of their own.
    void forget_below(const std::string& group);
    /// At the key's line, or its group's, or the file.
    problem at(const std::string& key, std::string what, std::string remedy) const;

private:
    std::string file_;
    std::map<std::string, std::size_t> lines_;
};

/// What reading a file gathers, for all of its sections.
struct reader {
    given_keys given;
    environment variables;
    problems found;
    std::vector<reference_row> rows;
    std::vector<std::string> unknown;

    reader(std::string file, environment lookup)
        : given(std::move(file)), variables(std::move(lookup)) {}

    void refuse(const std::string& key, std::string what, std::string remedy) {
        found.push_back(given.at(key, std::move(what), std::move(remedy)));
    }
    /// Once everything has been read: names the keys that nobody asked for, and what may have been
    /// meant.
    void refuse_unknown_keys();
};

class section {
public:
    /// Reads the whole of `document` with `keys`.
    static void read(
        reader& all, const YAML::Node& document, const std::function<void(section&)>& keys
    );

    template <class T>
    void value(std::string_view key, T& field, const notation<T>& how, std::string_view meaning) {
        describe(key, how.name, how.write(field), meaning);
        const std::optional<written> text = find_text(key);
        if (text) store(key, *text, how, field);
    }

    /// `[ a, b ]`; from a file or variable: separated by commas or line ends.
    template <class T>
    void list(
        std::string_view key,
        std::vector<T>& field,
        const notation<T>& how,
        std::string_view meaning
    ) {
        std::vector<std::string> defaults;
        for (const T& one : field)
            defaults.push_back(how.write(one));
        describe(key, "list of " + how.name, as_list(defaults), meaning);
        const std::optional<std::vector<written>> texts = find_texts(key);
        if (!texts) return;
        field.clear();
        for (const written& text : *texts) {
            T one{};
            if (store(key, text, how, one)) field.push_back(std::move(one));
        }
    }

    void group(
        std::string_view key, std::string_view meaning, const std::function<void(section&)>& keys
    );

    /// `key: [ { … }, … ]`: `keys` reads each; without any it is called once, for the reference.
    void groups(
        std::string_view key, std::string_view meaning, const std::function<void(section&)>& keys
    );

    /// `key: word`, or `key: { … }`. `on_word` gets one of `words`; `keys` reads the mapping, which
    /// is_given() if that is what was written.
    void word_or_group(
        std::string_view key,
        const std::vector<std::string>& words,
        std::string_view default_value,
        std::string_view meaning,
        const std::function<void(const std::string&)>& on_word,
        const std::function<void(section&)>& keys
    );

    /// Whether the mapping is there at all.
    bool is_given() const noexcept { return is_given_; }
    bool has(std::string_view key) const;
    /// Something is wrong with `key`, or with the mapping where it is empty.
    void refuse(std::string_view key, std::string what, std::string remedy);

private:
    struct entry {
        std::string key;
        YAML::Node node;
        bool asked_for = false;
    };
    struct written {
        std::string text;
        bool literal = true;  ///< false: from a file or variable, so that it may be a secret
    };

    section(reader& all, std::string path, const YAML::Node& mapping);
    void finish();
    std::string path_of(std::string_view key) const;
    void describe(
        std::string_view key,
        std::string_view notation,
        std::string_view default_value,
        std::string_view meaning
    );
    YAML::Node find(std::string_view key);
    std::optional<written> find_text(std::string_view key);
    std::optional<std::vector<written>> find_texts(std::string_view key);
    std::optional<written> resolve(
        std::string_view key, const YAML::Node& node, std::string_view expected
    );
    static std::string as_list(const std::vector<std::string>& items);
    void refuse_value(
        std::string_view key, const written& text, bool secret, const parse_error& why
    );

    template <class T>
    bool store(std::string_view key, const written& text, const notation<T>& how, T& field) {
        parsed<T> read = how.read(text.text);
        if (read.has_error()) {
            refuse_value(key, text, how.secret, read.error());
            return false;
        }
        field = std::move(*read);
        return true;
    }

    reader& all_;
    std::string path_;
    std::vector<entry> entries_;
    bool is_given_ = false;
};

}  // namespace cloche::config
