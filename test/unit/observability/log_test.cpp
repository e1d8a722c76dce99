#include "observability/log.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json/parse.hpp>

#include <array>
#include <concepts>
#include <stdexcept>
#include <thread>
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

// A reader that stalls must not stall the gateway: the oldest lines go, and are counted.
TEST(log, full_queue_drops_the_oldest_lines_and_counts_them) {
    constexpr std::uint64_t written = 100'000;
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const int saved = ::dup(STDERR_FILENO);
    ASSERT_GE(::dup2(ends[1], STDERR_FILENO), 0);
    ::close(ends[1]);

    const std::uint64_t before = log_lines_lost();
    start_log({level::info, log_format::json});
    for (std::uint64_t i = 0; i < written; ++i)
        log_line(level::info, "flood").with("number", i);
    EXPECT_GT(log_lines_lost(), before);

    std::string all;
    std::thread reader([&all, from = ends[0]] {
        std::array<char, 65536> piece;
        for (ssize_t count = 0; (count = ::read(from, piece.data(), piece.size())) > 0;) {
            all.append(piece.data(), static_cast<std::size_t>(count));
        }
    });
    stop_log();
    ::dup2(saved, STDERR_FILENO);
    ::close(saved);
    reader.join();
    ::close(ends[0]);

    const auto arrived = static_cast<std::uint64_t>(std::count(all.begin(), all.end(), '\n'));
    EXPECT_EQ(arrived + log_lines_lost() - before, written);
    EXPECT_THAT(all, HasSubstr("\"number\":99999}"));
}

}  // namespace
}  // namespace cloche::observability
