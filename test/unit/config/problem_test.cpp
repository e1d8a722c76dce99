#include "config/problem.hpp"

#include <gtest/gtest.h>

namespace cloche::config {
namespace {

TEST(problem, line_says_where_what_and_what_to_do) {
    EXPECT_EQ(
        render({{"g.yaml", 7, "session.idle", "is too long", "make it shorter"}}),
        "g.yaml:7: session.idle: is too long; make it shorter\n"
    );
}

TEST(problem, parts_that_are_not_known_leave_no_trace) {
    EXPECT_EQ(render({{"g.yaml", 0, "data", "is missing", ""}}), "g.yaml: data: is missing\n");
    EXPECT_EQ(render({{"g.yaml", 3, "", "is not YAML", ""}}), "g.yaml:3: is not YAML\n");
    EXPECT_EQ(render({{"", 0, "data", "is missing", ""}}), "data: is missing\n");
    EXPECT_EQ(render({}), "");
}

TEST(problem, problems_come_in_the_order_of_the_file) {
    EXPECT_EQ(
        render({{"c", 9, "b", "2", ""}, {"c", 1, "a", "1", ""}, {"c", 9, "c", "3", ""}}),
        "c:1: a: 1\nc:9: b: 2\nc:9: c: 3\n"
    );
}

}  // namespace
}  // namespace cloche::config
