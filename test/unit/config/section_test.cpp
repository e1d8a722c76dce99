#include "config/section.hpp"

#include "config/quantities.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace cloche::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// A small configuration of its own, so that these tests say how keys are read and not which there
// are.
struct options {
    std::string name = "cloche";
    milliseconds wait = 5s;
    std::vector<std::string> hosts{"a"};
    bool inner_flag = false;
    std::string word = "none";
    unsigned depth = 1;
};

notation<std::string> any_text() {
    return checked_text("text", [](std::string_view text) -> parsed<std::string> {
        if (text == "bad") return parse_error("is bad", "write another");
        return std::string(text);
    });
}

notation<std::string> secret_text() {
    auto secret = any_text();
    secret.secret = true;
    return secret;
}

struct outcome {
    options read;
    std::string problems;
    std::vector<reference_row> rows;
};

outcome read(const std::string& text, const notation<std::string>& name = any_text()) {
    outcome result;
    reader all("c.yaml", [](const std::string& variable) -> std::optional<std::string> {
        if (variable == "NAME") return "from the environment";
        if (variable == "BAD") return "bad";
        if (variable == "HOSTS") return "x, y\nz,,";
        if (variable == "NOTHING") return "";
        return std::nullopt;
    });
    section::read(all, YAML::Load(text), [&](section& root) {
        root.value("name", result.read.name, name, "A name.");
        root.value("wait", result.read.wait, duration_between(1s, 60s), "A wait.");
        root.list("hosts", result.read.hosts, any_text(), "Some hosts.");
        root.group("inner", "A group.", [&](section& inner) {
            inner.value("flag", result.read.inner_flag, yes_or_no(), "A flag.");
        });
        root.word_or_group(
            "either",
            {"none", "all"},
            "none",
            "A word or a group.",
            [&](const std::string& word) { result.read.word = word; },
            [&](section& inner) {
                inner.value("depth", result.read.depth, count_between(1U, 9U), "A depth.");
            }
        );
    });
    all.refuse_unknown_keys();
    result.problems = render(all.found);
    result.rows = all.rows;
    return result;
}

TEST(section, keys_that_are_not_given_keep_their_defaults) {
    for (const char* text : {"", "{}", "# nothing\n", "inner:\n  # flag: true\n"}) {
        const outcome all = read(text);
        EXPECT_EQ(all.problems, "") << text;
        EXPECT_EQ(all.read.name, "cloche");
        EXPECT_EQ(all.read.wait, 5s);
        EXPECT_THAT(all.read.hosts, ElementsAre("a"));
        EXPECT_EQ(all.read.word, "none");
    }
}

TEST(section, keys_that_are_given_are_read) {
    const outcome all =
        read("name: other\nwait: 2s\nhosts: [ b, c ]\ninner: { flag: true }\neither: { depth: 3 }\n"
        );
    EXPECT_EQ(all.problems, "");
    EXPECT_EQ(all.read.name, "other");
    EXPECT_EQ(all.read.wait, 2s);
    EXPECT_THAT(all.read.hosts, ElementsAre("b", "c"));
    EXPECT_TRUE(all.read.inner_flag);
    EXPECT_EQ(all.read.depth, 3U);
    EXPECT_EQ(read("either: all").read.word, "all");
}

TEST(section, unknown_key_is_told_with_what_may_have_been_meant) {
    EXPECT_EQ(read("nmae: x").problems, "c.yaml:1: nmae: is not a key; did you mean \"name\"?\n");
    EXPECT_EQ(
        read("inner:\n  flga: true").problems,
        "c.yaml:2: inner.flga: is not a key; did you mean \"flag\"?\n"
    );
    EXPECT_EQ(
        read("flag: true").problems, "c.yaml:1: flag: is not a key; did you mean \"inner.flag\"?\n"
    );
    EXPECT_EQ(
        read("quite_other: 1").problems, "c.yaml:1: quite_other: is not a key; take it out\n"
    );
}

TEST(section, key_that_is_there_twice_is_refused_at_its_second_line) {
    EXPECT_EQ(
        read("name: a\nwait: 2s\nname: b\n").problems,
        "c.yaml:3: name: is there twice; keep one of the two\n"
    );
    EXPECT_EQ(
        read("inner:\n  flag: true\n  flag: true\n").problems,
        "c.yaml:3: inner.flag: is there twice; keep one of the two\n"
    );
}

TEST(section, empty_value_is_told_at_the_line_of_its_key) {
    EXPECT_EQ(
        read("name:\n\n\nwait: 2s\n").problems,
        "c.yaml:1: name: has no value; give it one, or take the key out\n"
    );
}

TEST(section, value_of_another_shape_is_refused) {
    const struct {
        const char* text;
        const char* problem;
    } rows[] = {
        {"name: [ a ]",
         "c.yaml:1: name: is not a single value; write one, or `{ file: PATH }` or `{ env: NAME "
         "}`\n"},
        {"name: { a: b }",
         "c.yaml:1: name: is not a single value; write one, or `{ file: PATH }` or `{ env: NAME "
         "}`\n"},
        {"hosts: a", "c.yaml:1: hosts: is not a list; write [ a ]\n"},
        {"hosts: [ [ a ] ]",
         "c.yaml:1: hosts: is not a list of single values; write one, or `{ file: PATH }` or `{ "
         "env: NAME }`\n"},
        {"inner: yes",
         "c.yaml:1: inner: is not a group of keys; write its keys below it, indented\n"},
        {"either: some",
         "c.yaml:1: either: \"some\" is not one of the choices; write none, all or a group of "
         "keys\n"},
        {"either: [ all ]",
         "c.yaml:1: either: is not none, all or a group; write one, or `{ file: PATH }` or `{ env: "
         "NAME }`\n"},
        {"? [ a, b ]\n: c\n", "c.yaml: a key is not a text; write `key: value`\n"},
        {"- name",
         "c.yaml: is not a mapping of keys to values; begin with a line like `listen: "
         "127.0.0.1:3000`\n"},
    };
    for (const auto& row : rows)
        EXPECT_EQ(read(row.text).problems, row.problem) << row.text;
}

TEST(section, every_problem_is_found_at_once) {
    EXPECT_EQ(
        read("name: bad\nwait: soon\ninner:\n  flag: maybe\nother: 1\n").problems,
        "c.yaml:1: name: \"bad\" is bad; write another\n"
        "c.yaml:2: wait: \"soon\" is not a duration; write it like 250ms, 30s, 5m, 12h or 30d\n"
        "c.yaml:4: inner.flag: \"maybe\" is not one of the choices; write true or false\n"
        "c.yaml:5: other: is not a key; take it out\n"
    );
}

TEST(section, value_may_come_from_the_environment) {
    EXPECT_EQ(read("name: { env: NAME }").read.name, "from the environment");
    EXPECT_THAT(read("hosts: { env: HOSTS }").read.hosts, ElementsAre("x", "y", "z"));
    EXPECT_THAT(
        read("hosts: [ a, { env: NAME } ]").read.hosts, ElementsAre("a", "from the environment")
    );
    EXPECT_THAT(read("hosts: { env: NOTHING }").read.hosts, ElementsAre());
    EXPECT_EQ(
        read("name: { env: MISSING }").problems,
        "c.yaml:1: name: the environment has no variable \"MISSING\"; set it\n"
    );
}

TEST(section, value_may_come_from_a_file_and_loses_its_last_line_feed) {
    const auto path = std::filesystem::path(testing::TempDir()) / "section_test_secret";
    const auto read_with = [&](const std::string& content) {
        std::ofstream(path, std::ios::binary) << content;
        return read("name: { file: " + path.string() + " }");
    };
    EXPECT_EQ(read_with("secret\n").read.name, "secret");
    EXPECT_EQ(read_with("secret\r\n").read.name, "secret");
    EXPECT_EQ(read_with("two\n\n").read.name, "two\n");
    EXPECT_EQ(read_with(" kept ").read.name, " kept ");
    EXPECT_THAT(
        read_with(std::string(2 * 1024 * 1024, 'a')).problems, testing::HasSubstr("File too large")
    );
    std::filesystem::remove(path);
    EXPECT_EQ(
        read("name: { file: " + path.string() + " }").problems,
        "c.yaml:1: name: the file \"" + path.string() +
            "\" cannot be read: No such file or directory; name a file that this user may read\n"
    );
}

// A value was put elsewhere so that nobody sees it: no message repeats it. Nor one that may hold a
// password.
TEST(section, no_message_shows_a_secret) {
    EXPECT_EQ(
        read("name: { env: BAD }").problems, "c.yaml:1: name: the value is bad; write another\n"
    );
    EXPECT_EQ(
        read("name: bad", secret_text()).problems,
        "c.yaml:1: name: the value is bad; write another\n"
    );
}

TEST(section, value_in_a_message_is_short_and_on_one_line) {
    EXPECT_EQ(
        read("wait: \"" + std::string(100, 'x') + "\"").problems,
        "c.yaml:1: wait: \"" + std::string(60, 'x') +
            "...\" is not a duration; write it like 250ms, 30s, 5m, 12h or 30d\n"
    );
    EXPECT_THAT(read("wait: \"a\\nb\\e\"").problems, testing::HasSubstr("\"a?b?\""));
}

TEST(section, each_key_is_in_the_reference_with_the_default_of_its_field) {
    std::vector<std::string> rows;
    for (const reference_row& row : read("name: other").rows) {
        rows.push_back(
            row.key + " | " + row.notation + " | " + row.default_value + " | " + row.meaning
        );
    }
    EXPECT_THAT(
        rows,
        ElementsAre(
            "name | text | cloche | A name.",
            "wait | duration | 5s | A wait.",
            "hosts | list of text | [ a ] | Some hosts.",
            "inner |  |  | A group.",
            "inner.flag | true or false | false | A flag.",
            "either | none, all or a group | none | A word or a group.",
            "either.depth | number | 1 | A depth."
        )
    );
}

}  // namespace
}  // namespace cloche::config
