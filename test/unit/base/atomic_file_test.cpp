#include "base/atomic_file.hpp"

#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

namespace cloche {
namespace {

namespace fs = std::filesystem;

class atomic_file : public testing::Test {
protected:
    std::string path(const char* name) const { return folder_.file(name); }
    static std::string content(const std::string& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    static mode_t mode(const std::string& file) {
        struct stat status {};
        EXPECT_EQ(::stat(file.c_str(), &status), 0);
        return status.st_mode & 07777;
    }
    std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator())
        );
    }

    test::temporary_folder folder_;
};

TEST_F(atomic_file, a_new_file_has_the_content_and_exactly_the_mode) {
    const auto mask = ::umask(0077);
    ASSERT_TRUE(write_file(path("a"), "content", 0644));
    ::umask(mask);
    EXPECT_EQ(content(path("a")), "content");
    EXPECT_EQ(mode(path("a")), 0644U);
    EXPECT_EQ(files(), 1U);
}

TEST_F(atomic_file, an_old_file_is_replaced_with_its_mode) {
    ASSERT_TRUE(write_file(path("a"), "an older and longer content", 0644));
    ASSERT_TRUE(write_file(path("a"), "new", 0600));
    EXPECT_EQ(content(path("a")), "new");
    EXPECT_EQ(mode(path("a")), 0600U);
    EXPECT_EQ(files(), 1U);
}

TEST_F(atomic_file, a_file_that_is_replaced_keeps_its_mode_and_owner) {
    EXPECT_EQ(replace_file(path("a"), "x").error(), boost::system::errc::no_such_file_or_directory);
    ASSERT_TRUE(write_file(path("a"), "old", 0640));
    constexpr uid_t somebody = 12345;
    const bool may_give = ::chown(path("a").c_str(), somebody, somebody) == 0;
    ASSERT_TRUE(replace_file(path("a"), "new"));
    EXPECT_EQ(content(path("a")), "new");
    EXPECT_EQ(mode(path("a")), 0640U);
    struct stat status {};
    ASSERT_EQ(::stat(path("a").c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, may_give ? somebody : ::geteuid());
    EXPECT_EQ(files(), 1U);
}

TEST_F(atomic_file, an_empty_file_can_be_written) {
    ASSERT_TRUE(create_file(path("a"), "", 0600));
    EXPECT_TRUE(fs::is_empty(path("a")));
}

TEST_F(atomic_file, creating_never_replaces_anything) {
    ASSERT_TRUE(create_file(path("a"), "first", 0600));
    const auto second = create_file(path("a"), "second", 0600);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error(), boost::system::errc::file_exists);
    EXPECT_EQ(content(path("a")), "first");
    EXPECT_EQ(files(), 1U);
}

TEST_F(atomic_file, a_link_that_leads_nowhere_is_not_replaced_by_creating) {
    fs::create_symlink(path("nowhere"), path("a"));
    EXPECT_EQ(create_file(path("a"), "x", 0600).error(), boost::system::errc::file_exists);
    EXPECT_FALSE(fs::exists(path("nowhere")));
}

TEST_F(atomic_file, a_failure_leaves_nothing_behind) {
    EXPECT_EQ(
        write_file(path("absent/a"), "x", 0600).error(),
        boost::system::errc::no_such_file_or_directory
    );
    fs::create_directory(path("folder"));
    EXPECT_FALSE(write_file(path("folder"), "x", 0600));
    EXPECT_EQ(files(), 1U);
}

TEST_F(atomic_file, a_name_without_a_folder_is_one_of_the_working_folder) {
    const auto before = fs::current_path();
    fs::current_path(folder_.path());
    const auto written = write_file("plain", "x", 0600);
    fs::current_path(before);
    ASSERT_TRUE(written);
    EXPECT_EQ(content(path("plain")), "x");
}

TEST_F(atomic_file, of_many_that_create_at_once_one_succeeds) {
    std::atomic<int> successes{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([this, i, &successes] {
            if (create_file(path("a"), std::string(10'000, static_cast<char>('a' + i)), 0600)) {
                ++successes;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(successes, 1);
    const auto winner = content(path("a"));
    EXPECT_EQ(winner, std::string(10'000, winner.front()));
    EXPECT_EQ(files(), 1U);
}

}  // namespace
}  // namespace cloche
