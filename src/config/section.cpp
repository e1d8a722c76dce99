#include "config/section.hpp"

#include "config/file_text.hpp"
#include "config/spelling.hpp"

#include <algorithm>
#include <set>

namespace cloche::config {
namespace {

std::size_t line_of(const YAML::Node& node) {
    return static_cast<std::size_t>(node.Mark().line) + 1;
}

/// The one member of `{ file: PATH }` or `{ env: NAME }`.
struct indirection {
    std::string source;
    std::string name;
};

std::optional<indirection> as_indirection(const YAML::Node& node) {
    if (!node.IsMap() || node.size() != 1) return std::nullopt;
    const auto member = node.begin();
    if (!member->first.IsScalar() || !member->second.IsScalar()) return std::nullopt;
    const std::string& source = member->first.Scalar();
    if (source != "file" && source != "env") return std::nullopt;
    return indirection{source, member->second.Scalar()};
}

// As the person wrote it, but short and on one line.
std::string quote(std::string_view text) {
    constexpr std::size_t most = 60;
    std::string shown = "\"";
    for (const char c : text.substr(0, most)) {
        const auto byte = static_cast<unsigned char>(c);
        shown += byte < 0x20 || byte == 0x7f ? '?' : c;
    }
    if (text.size() > most) shown += "...";
    return shown + '"';
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    const std::size_t first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::string_view leaf_of(std::string_view key) {
    return key.substr(key.rfind('.') + 1);
}

std::string_view group_of(std::string_view key) {
    const std::size_t dot = key.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

}  // namespace

problem given_keys::at(const std::string& key, std::string what, std::string remedy) const {
    std::size_t line = 0;
    for (std::string_view path = key; !path.empty() && line == 0; path = group_of(path)) {
        const auto found = lines_.find(std::string(path));
        if (found != lines_.end()) line = found->second;
    }
    return {file_, line, key, std::move(what), std::move(remedy)};
}

void given_keys::forget_below(const std::string& group) {
    std::erase_if(lines_, [&group](const auto& one) { return one.first.starts_with(group + '.'); });
}

void reader::refuse_unknown_keys() {
    for (const std::string& key : unknown) {
        std::vector<std::string> siblings;
        std::vector<std::string> namesakes;
        for (const reference_row& row : rows) {
            if (group_of(row.key) == group_of(key)) siblings.emplace_back(leaf_of(row.key));
            if (leaf_of(row.key) == leaf_of(key)) namesakes.push_back(row.key);
        }
        std::string remedy = "take it out";
        if (const auto meant = nearest(leaf_of(key), siblings)) {
            remedy = "did you mean \"" + *meant + "\"?";
        } else if (!namesakes.empty()) {
            remedy = "did you mean \"" + namesakes.front() + "\"?";
        }
        refuse(key, "is not a key", remedy);
    }
}

void section::read(
    reader& all, const YAML::Node& document, const std::function<void(section&)>& keys
) {
    if (document.IsDefined() && !document.IsNull() && !document.IsMap()) {
        all.refuse(
            "",
            "is not a mapping of keys to values",
            "begin with a line like `listen: 127.0.0.1:3000`"
        );
    }
    section root(all, "", document);
    keys(root);
    root.finish();
}

section::section(reader& all, std::string path, const YAML::Node& mapping)
    : all_(all), path_(std::move(path)) {
    if (!mapping.IsDefined() || !mapping.IsMap()) return;
    is_given_ = true;
    // yaml-cpp keeps every one of the same keys, and would give the first.
    std::set<std::string> seen;
    for (const auto& member : mapping) {
        if (!member.first.IsScalar()) {
            all_.found.push_back(all_.given.at(path_, "a key is not a text", "write `key: value`"));
            continue;
        }
        const std::string& key = member.first.Scalar();
        all_.given.add(path_of(key), line_of(member.first));
        if (seen.insert(key).second) {
            entries_.push_back({key, member.second});
        } else {
            problem twice = all_.given.at(path_of(key), "is there twice", "keep one of the two");
            twice.line = line_of(member.first);
            all_.found.push_back(std::move(twice));
        }
    }
}

void section::finish() {
    for (const entry& one : entries_) {
        if (!one.asked_for) all_.unknown.push_back(path_of(one.key));
    }
}

std::string section::path_of(std::string_view key) const {
    if (key.empty()) return path_;
    return path_.empty() ? std::string(key) : path_ + '.' + std::string(key);
}

void section::describe(
    std::string_view key,
    std::string_view notation,
    std::string_view default_value,
    std::string_view meaning
) {
    all_.rows.push_back(
        {path_of(key), std::string(notation), std::string(default_value), std::string(meaning)}
    );
}

bool section::has(std::string_view key) const {
    return std::any_of(entries_.begin(), entries_.end(), [key](const entry& one) {
        return one.key == key;
    });
}

void section::refuse(std::string_view key, std::string what, std::string remedy) {
    all_.refuse(path_of(key), std::move(what), std::move(remedy));
}

// An undefined node if the key is not given.
YAML::Node section::find(std::string_view key) {
    for (entry& one : entries_) {
        if (one.key != key) continue;
        one.asked_for = true;
        return one.node;
    }
    return YAML::Node(YAML::NodeType::Undefined);
}

std::optional<section::written> section::resolve(
    std::string_view key, const YAML::Node& node, std::string_view expected
) {
    if (node.IsScalar()) return written{node.Scalar()};
    if (node.IsNull()) {
        refuse(key, "has no value", "give it one, or take the key out");
        return std::nullopt;
    }
    const auto elsewhere = as_indirection(node);
    if (!elsewhere) {
        refuse(
            key,
            "is not " + std::string(expected),
            "write one, or `{ file: PATH }` or `{ env: NAME }`"
        );
        return std::nullopt;
    }
    if (elsewhere->source == "env") {
        const auto value = all_.variables(elsewhere->name);
        if (value) return written{*value, false};
        refuse(key, "the environment has no variable " + quote(elsewhere->name), "set it");
        return std::nullopt;
    }
    const auto content = read_file_text(elsewhere->name);
    if (!content) {
        refuse(
            key,
            "the file " + quote(elsewhere->name) + " cannot be read: " + content.error().message(),
            "name a file that this user may read"
        );
        return std::nullopt;
    }
    // Editors end a file with a line feed that is not part of the secret.
    std::string_view text = *content;
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return written{std::string(text), false};
}

std::optional<section::written> section::find_text(std::string_view key) {
    const YAML::Node node = find(key);
    if (!node.IsDefined()) return std::nullopt;
    return resolve(key, node, "a single value");
}

std::optional<std::vector<section::written>> section::find_texts(std::string_view key) {
    const YAML::Node node = find(key);
    if (!node.IsDefined()) return std::nullopt;
    std::vector<written> texts;
    if (node.IsSequence()) {
        for (const auto& item : node) {
            auto text = resolve(key, item, "a list of single values");
            if (text) texts.push_back(std::move(*text));
        }
        return texts;
    }
    if (node.IsScalar()) {
        refuse(key, "is not a list", "write [ " + node.Scalar() + " ]");
        return std::nullopt;
    }
    const auto joined = resolve(key, node, "a list");
    if (!joined) return std::nullopt;
    std::string_view rest = joined->text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of(",\n"), rest.size());
        const std::string_view item = trimmed(rest.substr(0, end));
        if (!item.empty()) texts.push_back({std::string(item), joined->literal});
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return texts;
}

void section::group(
    std::string_view key, std::string_view meaning, const std::function<void(section&)>& keys
) {
    describe(key, "", "", meaning);
    const YAML::Node node = find(key);
    // A group whose keys are all commented out is an empty one.
    if (node.IsDefined() && !node.IsNull() && !node.IsMap()) {
        refuse(key, "is not a group of keys", "write its keys below it, indented");
    }
    section inner(all_, path_of(key), node);
    keys(inner);
    inner.finish();
}

void section::groups(
    std::string_view key, std::string_view meaning, const std::function<void(section&)>& keys
) {
    describe(key, "list of groups", "[]", meaning);
    const YAML::Node node = find(key);
    const bool is_list = node.IsDefined() && node.IsSequence() && node.size() > 0;
    if (node.IsDefined() && !node.IsNull() && !node.IsSequence())
        refuse(key, "is not a list of groups", "write `- ` before the first key of each");
    if (!is_list) {
        section none(all_, path_of(key), YAML::Node(YAML::NodeType::Undefined));
        keys(none);
        return;
    }
    const std::size_t described = all_.rows.size();
    for (const auto& item : node) {
        // The reference names their keys once.
        if (all_.rows.size() > described) all_.rows.resize(described);
        all_.given.forget_below(path_of(key));
        if (!item.IsMap())
            refuse(key, "one of them is not a group of keys", "write `key: value` behind its `- `");
        section one(all_, path_of(key), item);
        keys(one);
        one.finish();
    }
}

void section::word_or_group(
    std::string_view key,
    const std::vector<std::string>& words,
    std::string_view default_value,
    std::string_view meaning,
    const std::function<void(const std::string&)>& on_word,
    const std::function<void(section&)>& keys
) {
    std::vector<std::string> choices = words;
    choices.emplace_back("a group");
    describe(key, listed(choices), default_value, meaning);
    const YAML::Node node = find(key);
    const bool is_group = node.IsDefined() && node.IsMap() && !as_indirection(node);
    section inner(all_, path_of(key), is_group ? node : YAML::Node(YAML::NodeType::Undefined));
    keys(inner);
    inner.finish();
    if (is_group || !node.IsDefined()) return;
    const std::optional<written> text = resolve(key, node, listed(choices));
    if (!text) return;
    if (std::find(words.begin(), words.end(), text->text) != words.end()) {
        on_word(text->text);
    } else {
        refuse_value(
            key,
            *text,
            false,
            {"is not one of the choices", "write " + listed(choices) + " of keys"}
        );
    }
}

std::string section::as_list(const std::vector<std::string>& items) {
    if (items.empty()) return "[]";
    std::string text;
    for (const std::string& item : items)
        text += (text.empty() ? "[ " : ", ") + item;
    return text + " ]";
}

void section::refuse_value(
    std::string_view key, const written& text, bool secret, const parse_error& why
) {
    // A value that came from a file or variable was put there so that nobody sees it.
    const bool shown = text.literal && !secret;
    refuse(key, (shown ? quote(text.text) : "the value") + ' ' + why.what, why.remedy);
}

}  // namespace cloche::config
