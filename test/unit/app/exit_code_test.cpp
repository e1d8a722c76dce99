#include "app/exit_code.hpp"

#include <gtest/gtest.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

namespace cloche::app {
namespace {

struct ended {
    int code;
    std::string said;
};

template <class Work>
ended run(Work work) {
    testing::internal::CaptureStderr();
    const int code = run_to_exit_code("cloche", work);
    return {code, testing::internal::GetCapturedStderr()};
}

TEST(run_to_exit_code, passes_on_what_was_returned) {
    const ended done = run([] { return 78; });
    EXPECT_EQ(done.code, wrong_configuration);
    EXPECT_EQ(done.said, "");
}

TEST(run_to_exit_code, says_what_the_system_refused) {
    const ended thread = run([]() -> int {
        throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    });
    EXPECT_EQ(thread.code, could_not_start);
    EXPECT_EQ(thread.said, "cloche: Resource temporarily unavailable\n");
    const ended files = run([]() -> int {
        throw boost::system::system_error(boost::asio::error::no_descriptors, "epoll");
    });
    EXPECT_EQ(files.code, could_not_start);
    EXPECT_TRUE(files.said.starts_with("cloche: epoll: ")) << files.said;
}

TEST(run_to_exit_code, calls_anything_else_a_fault_of_its_own) {
    const ended broken = run([]() -> int { throw std::logic_error("a broken invariant"); });
    EXPECT_EQ(broken.code, internal_fault);
    EXPECT_EQ(broken.said, "cloche: a broken invariant\n");
    EXPECT_EQ(run([]() -> int { throw std::bad_alloc(); }).code, internal_fault);
    EXPECT_EQ(run([]() -> int { throw 7; }).code, internal_fault);
}

}  // namespace
}  // namespace cloche::app
