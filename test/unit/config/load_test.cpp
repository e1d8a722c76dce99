#include "config/load.hpp"

#include "unit/config/reading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace cloche::config {
namespace {

using testing::HasSubstr;

class load : public testing::Test {
protected:
    load() { std::filesystem::create_directories(folder_); }
    ~load() override { std::filesystem::remove_all(folder_); }

    std::string file(const std::string& content) const {
        const auto path = folder_ / "gateway.yaml";
        std::ofstream(path, std::ios::binary) << content;
        return path.string();
    }

    std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / "cloche_load_test";
};

TEST_F(load, without_a_file_the_defaults_hold) {
    problems found;
    EXPECT_EQ(load_gateway(std::nullopt, found).server.listen, "127.0.0.1:3000");
    EXPECT_EQ(load_identity(std::nullopt, found).server.listen, "127.0.0.1:8000");
    EXPECT_EQ(render(found), "");
}

TEST_F(load, file_is_read) {
    problems found;
    const auto config = load_gateway(file("listen: 127.0.0.1:0\n"), found);
    EXPECT_EQ(render(found), "");
    EXPECT_EQ(config.server.listen, "127.0.0.1:0");
}

TEST_F(load, variables_of_the_process_are_read) {
    ASSERT_EQ(::setenv("CLOCHE_LOAD_TEST", "127.0.0.1:1234", 1), 0);
    problems found;
    const auto config = load_gateway(file("listen: { env: CLOCHE_LOAD_TEST }\n"), found);
    ::unsetenv("CLOCHE_LOAD_TEST");
    EXPECT_EQ(render(found), "");
    EXPECT_EQ(config.server.listen, "127.0.0.1:1234");
}

TEST_F(load, problems_name_the_file_and_line) {
    const std::string path = file("# a comment\nlisten: here\n");
    problems found;
    load_gateway(path, found);
    EXPECT_EQ(
        render(found),
        path +
            ":2: listen: \"here\" is not ADDRESS:PORT; write it like 127.0.0.1:3000, 0.0.0.0:3000 "
            "or "
            "[::]:3000\n"
    );
}

TEST_F(load, file_that_is_missing_is_a_problem) {
    problems found;
    load_gateway((folder_ / "none.yaml").string(), found);
    EXPECT_THAT(render(found), HasSubstr("none.yaml: cannot be read: No such file or directory"));
}

TEST_F(load, folder_in_place_of_a_file_is_a_problem) {
    problems found;
    load_identity(folder_.string(), found);
    EXPECT_THAT(render(found), HasSubstr("cannot be read: Is a directory"));
}

TEST_F(load, what_is_not_yaml_is_told_with_its_line) {
    EXPECT_THAT(
        gateway_of("listen: [ 1\n").problems,
        HasSubstr("c.yaml:2: is not YAML: end of sequence flow")
    );
    EXPECT_THAT(gateway_of("a: b: c\n").problems, HasSubstr("c.yaml:1: is not YAML: "));
    EXPECT_THAT(gateway_of("listen: *nobody\n").problems, HasSubstr("c.yaml:1: is not YAML: "));
}

TEST_F(load, second_document_is_not_passed_over_in_silence) {
    EXPECT_THAT(
        gateway_of("listen: 127.0.0.1:0\n---\nlisten: 127.0.0.1:1\n").problems,
        HasSubstr("c.yaml: holds more than one document")
    );
}

}  // namespace
}  // namespace cloche::config
