#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <set>

namespace cloche::crypto {
namespace {

TEST(random, the_systems_source_gives_as_many_bytes_as_asked_for) {
    system_random random;
    for (const std::size_t count : {0, 1, 16, 32, 1000}) {
        EXPECT_EQ(random.bytes(count).size(), count);
    }
}

TEST(random, the_systems_source_does_not_repeat_itself) {
    system_random random;
    std::set<std::string> drawn;
    for (int i = 0; i < 1000; ++i)
        drawn.insert(random.bytes(16));
    EXPECT_EQ(drawn.size(), 1000U);
}

}  // namespace
}  // namespace cloche::crypto
