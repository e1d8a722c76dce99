#include "observability/log.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <boost/json/parse.hpp>

#include <array>
#include <concepts>
#include <csignal>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace cloche::observability {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

// The log with standard error output going to a pipe, or to a file for more than a pipe holds.
class captured_log {
public:
    explicit captured_log(const log_options& options) {
        testing::internal::CaptureStderr();
        start_log(options);
    }
    ~captured_log() {
        if (!done_) text();
    }
    captured_log(const captured_log&) = delete;
    captured_log& operator=(const captured_log&) = delete;

    std::string text() {
        done_ = true;
        stop_log();
        return testing::internal::GetCapturedStderr();
    }
    std::vector<std::string> lines() {
        std::vector<std::string> found;
        const std::string all = text();
        for (std::size_t from = 0; from < all.size();) {
            const std::size_t end = all.find('\n', from);
            if (end == std::string::npos) throw std::runtime_error("a line without end");
            found.push_back(all.substr(from, end - from));
            from = end + 1;
        }
        return found;
    }

private:
    bool done_ = false;
};

template <class T>
concept can_be_logged = requires(log_line& line, const T& value) {
    line.with("name", value);
};

// LG-1
static_assert(!can_be_logged<access_token>);
static_assert(!can_be_logged<refresh_token>);
static_assert(!can_be_logged<password>);
static_assert(can_be_logged<std::string>);

TEST(log, json_line_has_time_level_event_and_fields) {
    captured_log log({level::debug, log_format::json});
    log_line(level::info, "session_refreshed")
        .with("session", std::string("ab12"))
        .with("agent", "Mozilla \"5.0\"\n")
        .with("generation", 7)
        .with("left", std::int64_t{-3})
        .with("bytes", std::uint64_t{18446744073709551615U})
        .with("shared", true)
        .with("took", std::chrono::microseconds(1500));
    const auto lines = log.lines();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines[0], MatchesRegex("\\{\"time\":\"[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z\",.*\\}"));
    const auto fields = boost::json::parse(lines[0]).as_object();
    EXPECT_EQ(fields.at("level"), "info");
    EXPECT_EQ(fields.at("event"), "session_refreshed");
    EXPECT_EQ(fields.at("session"), "ab12");
    EXPECT_EQ(fields.at("agent"), "Mozilla \"5.0\"\n");
    EXPECT_EQ(fields.at("generation"), 7);
    EXPECT_EQ(fields.at("left"), -3);
    EXPECT_EQ(fields.at("bytes").as_uint64(), 18446744073709551615U);
    EXPECT_EQ(fields.at("shared"), true);
    EXPECT_DOUBLE_EQ(fields.at("took").as_double(), 1.5);
}

TEST(log, text_line_is_words_a_person_reads) {
    captured_log log({level::debug, log_format::text});
    log_line(level::warn, "login_failed")
        .with("address", "::1")
        .with("agent", "a b")
        .with("left", 2);
    const auto lines = log.lines();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(
        lines[0],
        MatchesRegex("[0-9-]{10}T[0-9:.]{12}Z warn  login_failed address=::1 agent=\"a b\" left=2")
    );
}

TEST(log, automatic_format_is_json_where_there_is_no_terminal) {
    captured_log log({level::info, log_format::automatic});
    log_line(level::info, "listening");
    EXPECT_THAT(log.text(), HasSubstr("\"event\":\"listening\"}"));
}

TEST(log, levels_below_the_threshold_are_not_written) {
    captured_log log({level::warn, log_format::text});
    EXPECT_FALSE(log_enabled(level::debug));
    EXPECT_FALSE(log_enabled(level::info));
    EXPECT_TRUE(log_enabled(level::warn));
    EXPECT_TRUE(log_enabled(level::error));
    log_line(level::info, "not_this").with("a", 1);
    log_line(level::error, "this");
    const auto lines = log.lines();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines[0], HasSubstr("error this"));
}

TEST(log, nothing_is_written_before_start_and_after_stop) {
    testing::internal::CaptureStderr();
    log_line(level::error, "too_early");
    start_log({level::info, log_format::json});
    stop_log();
    log_line(level::error, "too_late").with("a", "b");
    stop_log();
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(log, line_begun_within_another_does_not_mix_with_it) {
    captured_log log({level::info, log_format::text});
    {
        log_line outer(level::info, "outer");
        outer.with("first", 1);
        log_line(level::info, "inner").with("only", 2);
        outer.with("second", 3);
    }
    const auto lines = log.lines();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_THAT(lines[0], HasSubstr("inner only=2"));
    EXPECT_THAT(lines[1], HasSubstr("outer first=1 second=3"));
}

TEST(log, lines_of_many_threads_stay_whole) {
    constexpr int threads = 4;
    constexpr int each = 200;
    captured_log log({level::info, log_format::json});
    std::vector<std::thread> running;
    for (int thread = 0; thread < threads; ++thread) {
        running.emplace_back([thread] {
            for (int i = 0; i < each; ++i) {
                log_line(level::info, "tick").with("thread", thread).with("number", i);
            }
        });
    }
    for (auto& thread : running)
        thread.join();
    const auto lines = log.lines();
    ASSERT_EQ(lines.size(), static_cast<std::size_t>(threads * each));
    std::array<std::int64_t, threads> next{};
    for (const auto& line : lines) {
        const auto fields = boost::json::parse(line).as_object();
        auto& expected = next.at(static_cast<std::size_t>(fields.at("thread").as_int64()));
        EXPECT_EQ(fields.at("number").as_int64(), expected++);
    }
}

/// Standard error is the end of a pipe for a while.
class piped_log {
public:
    explicit piped_log(int flags) {
        EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC | flags), 0);
        ::dup2(ends_[1], STDERR_FILENO);
        ::close(ends_[1]);
        before_ = log_lines_lost();
        start_log({level::info, log_format::json});
    }
    ~piped_log() {
        stop_log();
        ::dup2(saved_, STDERR_FILENO);
        ::close(saved_);
        close_reader();
    }
    piped_log(const piped_log&) = delete;
    piped_log& operator=(const piped_log&) = delete;

    std::uint64_t lost() const { return log_lines_lost() - before_; }
    void close_reader() {
        if (ends_[0] >= 0) ::close(std::exchange(ends_[0], -1));
    }
    /// What has come, once something has.
    std::string read_some() {
        std::string all(1 << 20, '\0');
        pollfd readable{ends_[0], POLLIN, 0};
        ::poll(&readable, 1, -1);
        const ssize_t count = ::read(ends_[0], all.data(), all.size());
        all.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return all;
    }

private:
    int saved_ = ::dup(STDERR_FILENO);
    std::array<int, 2> ends_{};
    std::uint64_t before_ = 0;
};

// A reader that stalls must not stall the gateway: the oldest lines go, and are counted.
TEST(log, too_much_that_waits_drops_the_oldest_lines_and_counts_them) {
    constexpr std::uint64_t written = 100'000;
    piped_log log(0);
    for (std::uint64_t i = 0; i < written; ++i)
        log_line(level::info, "flood").with("number", i);
    EXPECT_GT(log.lost(), 0U);
    std::string all;
    while (!all.ends_with("\"number\":99999}\n"))
        all += log.read_some();
    const auto arrived = static_cast<std::uint64_t>(std::count(all.begin(), all.end(), '\n'));
    EXPECT_EQ(arrived + log.lost(), written);
}

TEST(log, lines_that_cannot_be_written_are_counted) {
    const auto handler = std::signal(SIGPIPE, SIG_IGN);
    {
        piped_log log(0);
        log.close_reader();
        for (int i = 0; i < 10; ++i)
            log_line(level::info, "unheard").with("number", i);
        while (log.lost() < 10)
            std::this_thread::yield();
        EXPECT_EQ(log.lost(), 10U);
    }
    std::signal(SIGPIPE, handler);
}

// A pipe that is full, and never waits: the last line in it is half of one.
TEST(log, what_comes_behind_half_a_line_is_a_line_of_its_own) {
    constexpr std::uint64_t flood = 5'000;
    piped_log log(O_NONBLOCK);
    for (std::uint64_t i = 0; i < flood; ++i)
        log_line(level::info, "flood").with("number", i);
    while (log.lost() == 0)
        std::this_thread::yield();
    std::string all = log.read_some();
    log_line(level::info, "after");
    while (all.find("after") == std::string::npos)
        all += log.read_some();

    std::uint64_t whole = 0;
    std::istringstream lines(all);
    for (std::string line; std::getline(lines, line);) {
        boost::system::error_code bad;
        boost::json::parse(line, bad);
        if (!bad) ++whole;
    }
    EXPECT_EQ(whole + log.lost(), flood + 1);
}

}  // namespace
}  // namespace cloche::observability
