#include "config/reference.hpp"

#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace cloche::config {
namespace {

const std::filesystem::path source_dir = CLOCHE_SOURCE_DIR;

std::string content_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

// A comparison alone: the whole of both texts would bury what to do.
TEST(reference, configuration_md_is_what_the_program_reads) {
    const bool current = content_of(source_dir / "docs/configuration.md") == reference_markdown();
    EXPECT_TRUE(current
    ) << "docs/configuration.md is not current: run tools/update-configuration-reference";
}

TEST(reference, every_key_has_a_meaning) {
    EXPECT_THAT(reference_markdown(), testing::Not(testing::HasSubstr("|  |\n")));
    EXPECT_THAT(
        reference_markdown(),
        testing::HasSubstr(
            "| `session.idle` | duration | `7d` | How long it lasts without being used. |\n"
        )
    );
}

TEST(reference, examples_have_no_problems) {
    int examples = 0;
    for (const auto& entry : std::filesystem::directory_iterator(source_dir / "examples")) {
        if (entry.path().extension() != ".yaml") continue;
        ++examples;
        const bool identity = entry.path().filename().string().starts_with("identity");
        problems found;
        if (identity) {
            load_identity(entry.path().string(), found);
        } else {
            load_gateway(entry.path().string(), found);
        }
        EXPECT_EQ(render(found), "");
    }
    EXPECT_GE(examples, 2);
}

}  // namespace
}  // namespace cloche::config
