#include "config/reference.hpp"

#include "support/yaml_blocks.hpp"
#include "unit/config/reading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace cloche::config {
namespace {

using test::content_of;
using test::yaml_blocks;

const std::filesystem::path source_dir = CLOCHE_SOURCE_DIR;

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

// What people copy out of the documentation has to start.
TEST(reference, yaml_of_the_docs_has_no_problems) {
    std::vector<std::filesystem::path> pages{source_dir / "README.md"};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_dir / "docs")) {
        if (entry.path().extension() == ".md") pages.push_back(entry.path());
    }
    int blocks = 0;
    for (const auto& page : pages) {
        for (const std::string& block : yaml_blocks(content_of(page))) {
            // A torture plan: test/unit/torture/plan_keys_test.cpp.
            if (block.starts_with("# plan.yaml")) continue;
            ++blocks;
            const bool identity = block.starts_with("# identity.yaml");
            const std::string found =
                identity ? identity_of(block).problems : gateway_of(block).problems;
            EXPECT_EQ(found, "") << page << '\n' << block;
        }
    }
    EXPECT_GE(blocks, 2);
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
