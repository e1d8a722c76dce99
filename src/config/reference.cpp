#include "config/reference.hpp"

#include "config/keys.hpp"

#include <vector>

namespace cloche::config {
namespace {

constexpr std::string_view opening =
    R"(<!-- Made by tools/update-configuration-reference from the tables in src/config; change them, not this file. -->
# Configuration

Each program reads one YAML file: `cloche serve --config gateway.yaml`, `cloche identity --config identity.yaml`.
Every key is optional. `cloche check` reads a file and tells everything that is wrong with it, with line and remedy;
a program that is started with such a file ends at once with status 78.

- A **duration** is a number with a unit: `250ms`, `30s`, `5m`, `12h`, `30d`. A **size** is `512B`, `64KiB`, `1MiB`, `2GiB`.
- A **path pattern** is matched against the path as it came: `*` stands for one segment, `**` for any number.
- A **JSON Pointer** (RFC 6901) names a place in a JSON body: `/data/accessToken`.
- Any single value may be `{ file: PATH }` or `{ env: NAME }` instead: secrets stay out of the file, and no message
  shows them. A list given that way is separated by commas or line ends.
- Paths of files are relative to the folder the program is started in.

A whole file for each program is in [examples/](../examples/).
)";

std::string escaped(std::string_view text) {
    std::string cell;
    for (const char c : text) {
        if (c == '|') cell += '\\';
        cell += c;
    }
    return cell;
}

std::string code(std::string_view text) {
    if (text.empty()) return "";
    if (text == "a group") return std::string(text);
    return '`' + escaped(text) + '`';
}

// Top-level keys are one table; each group of the top level has a heading and a table of its own.
void append_tables(std::string& page, const std::vector<reference_row>& rows) {
    constexpr std::string_view head = "\n| key | value | default | meaning |\n|---|---|---|---|\n";
    const auto top_of = [](const reference_row& row) {
        return row.key.substr(0, row.key.find('.'));
    };
    const auto has_members = [&](const reference_row& row) {
        for (const reference_row& other : rows) {
            if (other.key != row.key && top_of(other) == row.key) return true;
        }
        return false;
    };
    const auto append_row = [&](const reference_row& row) {
        page += "| `" + row.key + "` | " + escaped(row.notation.empty() ? "group" : row.notation) +
                " | " + code(row.default_value) + " | " + escaped(row.meaning) + " |\n";
    };
    page += head;
    for (const reference_row& row : rows) {
        if (top_of(row) == row.key && !has_members(row)) append_row(row);
    }
    for (const reference_row& group : rows) {
        if (top_of(group) != group.key || !has_members(group)) continue;
        page += "\n### `" + group.key + "`\n\n" + group.meaning;
        if (!group.notation.empty()) page += " Default: " + code(group.default_value) + '.';
        page += '\n';
        page += head;
        for (const reference_row& row : rows) {
            if (top_of(row) == group.key && row.key != group.key) append_row(row);
        }
    }
}

template <class Config>
std::vector<reference_row> rows_of(void (*keys)(section&, Config&)) {
    Config config;
    reader all("", [](const std::string&) { return std::nullopt; });
    section::read(all, YAML::Node(YAML::NodeType::Undefined), [&](section& root) {
        keys(root, config);
    });
    return all.rows;
}

}  // namespace

std::string reference_markdown() {
    std::string page(opening);
    page += "\n## The gateway\n";
    append_tables(page, rows_of<gateway_config>(gateway_keys));
    page += "\n## The identity API\n";
    append_tables(page, rows_of<identity_config>(identity_keys));
    return page;
}

}  // namespace cloche::config
