#include "torture/plan_keys.hpp"

#include "support/temporary_folder.hpp"
#include "support/yaml_blocks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace {

using namespace cloche::torture;
using cloche::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

class plan_file : public testing::Test {
protected:
    plan read(const std::string& text) {
        const std::string file = folder_.path() / "plan.yaml";
        std::ofstream(file) << text;
        plan what;
        read_plan(file, what, found_);
        return what;
    }
    std::string problems() const {
        std::string all;
        for (const auto& one : found_)
            all += one.key + " at line " + std::to_string(one.line) + ' ' + one.what + "; " +
                   one.remedy + '\n';
        return all;
    }

    cloche::test::temporary_folder folder_;
    cloche::config::problems found_;
};

TEST_F(plan_file, says_what_is_played) {
    const auto what = read(
        "seed: 7\n"
        "for: 10m\n"
        "api: { grace: 0s, faults: { lost: 2.5%, slow: 0% } }\n"
        "gateway:\n"
        "  start: [ 'gateway --port {port} --api {api}' ]\n"
        "  clocks: [ 0s, 5m, -90s ]\n"
        "  kill: { every: 30s, lasts: 1s }\n"
        "recipe: { sign_in: POST /login, refresh: '', signed_out: [ 401, 403 ] }\n"
    );
    EXPECT_EQ(problems(), "");
    EXPECT_EQ(what.seed, 7U);
    EXPECT_EQ(what.length, milliseconds(600'000));
    EXPECT_EQ(what.api.grace, milliseconds(0));
    EXPECT_DOUBLE_EQ(what.api.faults.lost, 0.025);
    EXPECT_DOUBLE_EQ(what.api.faults.slow, 0);
    EXPECT_DOUBLE_EQ(what.api.faults.cut, api_faults().cut);
    EXPECT_THAT(what.gateway.start, ElementsAre("gateway --port {port} --api {api}"));
    EXPECT_THAT(
        what.gateway.clocks,
        ElementsAre(milliseconds(0), milliseconds(300'000), milliseconds(-90'000))
    );
    EXPECT_EQ(what.gateway.kill.every, milliseconds(30'000));
    EXPECT_EQ(what.recipe.sign_in.path, "/login");
    EXPECT_EQ(what.recipe.refresh.path, "");
    EXPECT_THAT(what.recipe.signed_out, ElementsAre(401U, 403U));
}

TEST_F(plan_file, of_the_docs_has_no_problems) {
    const std::string page = cloche::test::content_of(CLOCHE_SOURCE_DIR "/docs/torture.md");
    const auto blocks = cloche::test::yaml_blocks(page);
    EXPECT_EQ(blocks.size(), 2U);
    for (const std::string& block : blocks) {
        EXPECT_THAT(block, testing::StartsWith("# plan.yaml"));
        read(block);
        EXPECT_EQ(problems(), "") << block;
    }
    EXPECT_TRUE(read(blocks.back()) == plan()) << "all keys, with their defaults";
}

TEST_F(plan_file, of_the_long_run_has_no_problems) {
    const auto what =
        read(cloche::test::content_of(CLOCHE_SOURCE_DIR "/examples/torture/long.yaml"));
    EXPECT_EQ(problems(), "");
    EXPECT_EQ(what.refreshes, 1'000'000U);
}

struct wrong_plan {
    const char* text;
    const char* problem;
};

class wrong_plan_file : public plan_file, public testing::WithParamInterface<wrong_plan> {};

TEST_P(wrong_plan_file, is_refused_with_line_and_remedy) {
    read(GetParam().text);
    EXPECT_THAT(problems(), HasSubstr(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    table,
    wrong_plan_file,
    testing::Values(
        wrong_plan{"seed: 1\napi: { faults: { lost: 3 } }\n", "api.faults.lost at line 2"},
        wrong_plan{
            "gateway: { urls: [ 'https://127.0.0.1:1' ] }\n",
            "write it like http://127.0.0.1:3000"},
        wrong_plan{
            "gateway: { urls: [ 'http://gateway.example' ] }\n",
            "write it like http://127.0.0.1:3000"},
        wrong_plan{
            "gateway: { urls: [ 'http://127.0.0.1:1' ], kill: { every: 1s } }\n",
            "needs a replica that this run starts"},
        wrong_plan{
            "gateway: { urls: [ 'http://127.0.0.1:1' ], clocks: [ 5m ] }\n",
            "needs a replica that this run starts"},
        wrong_plan{"gateway: { clocks: [ --5m ] }\n", "write it like 5m or -5m"},
        wrong_plan{
            "gateway: { urls: [ 'http://127.0.0.1:1' ], start: [ x ] }\n",
            "cannot stand beside gateway.start"},
        wrong_plan{"store: { outage: { every: 1s } }\n", "name store.start and store.stop"},
        wrong_plan{"recipe: { call: /me }\n", "write it like POST /api/auth/login"},
        wrong_plan{"sesions: 4\n", "sesions at line 1"}
    )
);

}  // namespace
