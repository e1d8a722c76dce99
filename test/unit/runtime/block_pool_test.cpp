#include "runtime/block_pool.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace cloche::runtime {
namespace {

TEST(block_pool, block_is_at_least_as_large_as_asked) {
    EXPECT_EQ(block(1).size(), block::small);
    EXPECT_EQ(block(block::small).size(), block::small);
    EXPECT_EQ(block(block::small + 1).size(), block::large);
    EXPECT_EQ(block(block::large + 1).size(), block::large + 1);
}

TEST(block_pool, block_given_back_is_the_next_one_taken) {
    block first(block::small);
    const char* memory = first.data();
    first.reset();
    EXPECT_FALSE(first);
    EXPECT_EQ(block(block::small).data(), memory);
}

TEST(block_pool, block_that_was_moved_from_is_empty) {
    block first(block::large);
    const char* memory = first.data();
    block second(std::move(first));
    EXPECT_EQ(second.data(), memory);
    EXPECT_FALSE(first);  // NOLINT: that is the point
}

TEST(block_pool, block_can_die_on_another_thread_than_it_was_made_on) {
    std::vector<block> blocks;
    std::thread([&] {
        for (int i = 0; i < 300; ++i)
            blocks.emplace_back(block::small);
    }).join();
    for (auto& each : blocks)
        each.data()[block::small - 1] = 'x';
    std::thread([&] { blocks.clear(); }).join();
    EXPECT_TRUE(blocks.empty());
}

}  // namespace
}  // namespace cloche::runtime
