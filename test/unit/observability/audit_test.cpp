#include "observability/audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace cloche::observability {
namespace {

using testing::HasSubstr;

audit_event event_at(std::size_t i) {
    return static_cast<audit_event>(i);
}

TEST(audit, every_event_has_a_name_of_its_own) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < audit_events; ++i) {
        EXPECT_FALSE(name_of(event_at(i)).empty()) << i;
        EXPECT_TRUE(names.insert(name_of(event_at(i))).second) << name_of(event_at(i));
    }
    EXPECT_EQ(name_of(audit_event::login_succeeded), "login_succeeded");
    EXPECT_EQ(name_of(audit_event::password_reset), "password_reset");
}

// LG-3: logged and counted.
TEST(audit, event_is_a_log_line_and_is_counted) {
    metrics all;
    expose_audit(all);
    const std::string before = all.exposition();

    testing::internal::CaptureStderr();
    start_log({level::info, log_format::text});
    audit(audit_event::csrf_refused).with("address", "203.0.113.9");
    stop_log();
    EXPECT_THAT(
        testing::internal::GetCapturedStderr(),
        HasSubstr(" warn  csrf_refused address=203.0.113.9\n")
    );

    EXPECT_THAT(before, HasSubstr("cloche_security_events_total{event=\"csrf_refused\"} 0\n"));
    EXPECT_THAT(
        all.exposition(), HasSubstr("cloche_security_events_total{event=\"csrf_refused\"} 1\n")
    );
}

TEST(audit, event_is_counted_where_its_level_is_not_logged) {
    metrics all;
    expose_audit(all);
    audit(audit_event::throttled);
    audit(audit_event::throttled);
    EXPECT_THAT(
        all.exposition(), HasSubstr("cloche_security_events_total{event=\"throttled\"} 2\n")
    );
    EXPECT_THAT(
        all.exposition(), HasSubstr("cloche_security_events_total{event=\"throttled\"} 2\n")
    );
}

// Whether the trail is whole.
TEST(audit, lost_log_lines_are_exposed) {
    metrics all;
    expose_audit(all);
    EXPECT_THAT(
        all.exposition(),
        HasSubstr("\ncloche_log_lines_lost_total " + std::to_string(log_lines_lost()) + "\n")
    );
}

}  // namespace
}  // namespace cloche::observability
