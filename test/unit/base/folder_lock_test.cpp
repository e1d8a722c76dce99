#include "base/folder_lock.hpp"

#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace cloche {
namespace {

TEST(folder_lock, one_at_a_time_holds_it) {
    const test::temporary_folder folder;
    std::atomic<int> inside = 0;
    std::atomic<int> turns = 0;
    const auto take_turns = [&] {
        for (int turn = 0; turn < 50; ++turn) {
            const auto lock = folder_lock::of_folder_with(folder.file("a file"));
            ASSERT_TRUE(lock);
            EXPECT_EQ(++inside, 1);
            ++turns;
            --inside;
        }
    };
    std::vector<std::jthread> threads;
    for (int each = 0; each < 4; ++each)
        threads.emplace_back(take_turns);
    threads.clear();
    EXPECT_EQ(turns, 200);
}

TEST(folder_lock, a_folder_that_is_not_there_cannot_be_locked) {
    const test::temporary_folder folder;
    EXPECT_EQ(
        folder_lock::of_folder_with(folder.file("absent/a file")).error(),
        boost::system::errc::no_such_file_or_directory
    );
}

}  // namespace
}  // namespace cloche
