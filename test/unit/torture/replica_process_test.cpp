#include "torture/replica_process.hpp"

#include "support/temporary_folder.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace {

using cloche::torture::replica_process;
using cloche::torture::run_command;

TEST(run_command, is_true_if_the_command_says_so) {
    EXPECT_TRUE(run_command("exit 0"));
    EXPECT_FALSE(run_command("exit 3"));
    EXPECT_FALSE(run_command("kill -9 $$"));
}

// A replica with a copy of the run's connections keeps those open that the run closes, and has
// fewer descriptors for its own.
TEST(replica_process, inherits_nothing_of_the_run) {
    const int own = ::open("/dev/null", O_RDONLY);
    ASSERT_GE(own, 0);
    EXPECT_TRUE(run_command("test ! -e /proc/$$/fd/" + std::to_string(own)));
    ::close(own);
}

TEST(replica_process, can_be_killed_and_started_again_and_its_log_goes_on) {
    const cloche::test::temporary_folder folder;
    const std::string log = folder.path() / "log";
    std::string why;
    replica_process one("echo begun; exec sleep 60", log);
    ASSERT_TRUE(one.start(why)) << why;
    EXPECT_TRUE(one.is_running());
    one.kill();
    EXPECT_FALSE(one.is_running());
    ASSERT_TRUE(one.start(why)) << why;
    one.freeze();
    EXPECT_TRUE(one.is_running());
    one.thaw();
    one.kill();
    EXPECT_FALSE(replica_process("", folder.path() / "none" / "log").start(why));
    EXPECT_THAT(why, testing::HasSubstr("/none/log: No such file or directory"));
}

}  // namespace
