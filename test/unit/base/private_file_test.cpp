#include "base/private_file.hpp"

#include "base/atomic_file.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>
#include <vector>

namespace cloche {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using testing::HasSubstr;
using testing::Optional;

class private_file : public testing::Test {
protected:
    std::optional<std::string> load(const std::string& fresh = "fresh") {
        return read_or_make_private_file(
            path_, [&] { return fresh; }, why_
        );
    }

    test::temporary_folder folder_;
    std::string path_ = folder_.file("keys");
    std::string why_;
};

TEST_F(private_file, one_that_is_not_there_is_made_for_its_owner_alone) {
    EXPECT_THAT(load(), Optional("fresh"s));
    struct stat status {};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(private_file, one_that_is_there_is_read_and_nothing_made) {
    ASSERT_TRUE(create_file(path_, "kept", 0600));
    const auto content = read_or_make_private_file(
        path_,
        []() -> std::string {
            ADD_FAILURE() << "asked for a new content";
            return {};
        },
        why_
    );
    EXPECT_THAT(content, Optional("kept"s));
}

TEST_F(private_file, one_that_its_owner_may_only_read_is_good_too) {
    ASSERT_TRUE(create_file(path_, "kept", 0400));
    EXPECT_THAT(load(), Optional("kept"s));
}

TEST_F(private_file, one_that_others_have_access_to_is_refused_with_the_remedy) {
    for (const mode_t mode : {0640, 0604, 0620, 0602, 0610, 0644, 0666}) {
        ASSERT_TRUE(write_file(path_, "kept", mode));
        EXPECT_FALSE(load()) << mode;
        EXPECT_THAT(why_, HasSubstr("chmod 600 " + path_));
    }
}

TEST_F(private_file, what_is_no_file_is_refused) {
    fs::create_directory(path_);
    ASSERT_EQ(::chmod(path_.c_str(), 0700), 0);
    EXPECT_FALSE(load());
    EXPECT_THAT(why_, HasSubstr("not a regular file"));
}

TEST_F(private_file, a_named_pipe_is_refused_without_waiting_for_its_other_end) {
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    EXPECT_FALSE(load());
    EXPECT_THAT(why_, HasSubstr("not a regular file"));
}

TEST_F(private_file, a_large_one_is_refused) {
    ASSERT_TRUE(create_file(path_, std::string(64 * 1024, 'x'), 0600));
    EXPECT_TRUE(load());
    ASSERT_TRUE(write_file(path_, std::string(64 * 1024 + 1, 'x'), 0600));
    EXPECT_FALSE(load());
    EXPECT_THAT(why_, HasSubstr("larger than 64 KiB"));
}

TEST_F(private_file, a_folder_that_is_not_there_is_named_in_the_reason) {
    path_ = folder_.file("absent/keys");
    EXPECT_FALSE(load());
    EXPECT_THAT(why_, HasSubstr(path_));
}

TEST_F(private_file, all_that_make_it_at_once_get_the_same_content) {
    constexpr int count = 8;
    std::vector<std::optional<std::string>> loaded(count);
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([this, i, &loaded] {
            std::string why;
            loaded[static_cast<std::size_t>(i)] = read_or_make_private_file(
                path_, [i] { return "content " + std::to_string(i); }, why
            );
        });
    }
    threads.clear();
    const std::set<std::optional<std::string>> distinct(loaded.begin(), loaded.end());
    EXPECT_EQ(distinct.size(), 1U);
    EXPECT_TRUE(loaded.front().has_value());
}

}  // namespace
}  // namespace cloche
