#include "base/file_version.hpp"

#include "base/atomic_file.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace cloche {
namespace {

TEST(file_version, stays_until_the_file_is_changed_or_replaced) {
    const test::temporary_folder folder;
    const auto path = folder.file("a");
    EXPECT_FALSE(version_of_file(path));

    ASSERT_TRUE(write_file(path, "one", 0600));
    const auto first = version_of_file(path);
    ASSERT_TRUE(first);
    EXPECT_EQ(version_of_file(path), first);

    ASSERT_TRUE(write_file(path, "two", 0600));
    const auto replaced = version_of_file(path);
    EXPECT_NE(replaced, first);

    std::ofstream(path, std::ios::app) << "more";
    EXPECT_NE(version_of_file(path), replaced);
}

}  // namespace
}  // namespace cloche
