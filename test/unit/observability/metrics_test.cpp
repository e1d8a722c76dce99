#include "observability/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace cloche::observability {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(metrics, counter_appears_with_help_type_and_labels) {
    metrics all;
    counter hits = all.make_counter("hits_total", "What was hit.", {{"where", "a\"b"}});
    hits.add();
    hits.add(2);
    const std::string text = all.exposition();
    EXPECT_THAT(text, HasSubstr("# HELP hits_total What was hit.\n# TYPE hits_total counter\n"));
    EXPECT_THAT(text, HasSubstr("hits_total{where=\"a\\\"b\"} 3\n"));
}

TEST(metrics, same_name_and_labels_give_the_same_counter) {
    metrics all;
    all.make_counter("hits_total", "What was hit.", {{"where", "a"}}).add();
    all.make_counter("hits_total", "What was hit.", {{"where", "a"}}).add();
    all.make_counter("hits_total", "What was hit.", {{"where", "b"}}).add();
    const std::string text = all.exposition();
    EXPECT_THAT(text, HasSubstr("hits_total{where=\"a\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("hits_total{where=\"b\"} 1\n"));
    EXPECT_EQ(text.find("# TYPE hits_total"), text.rfind("# TYPE hits_total"));
}

TEST(metrics, gauge_goes_up_and_down) {
    metrics all;
    gauge open = all.make_gauge("open", "How many.");
    open.set(5);
    open.add(2);
    open.add(-4);
    EXPECT_THAT(all.exposition(), HasSubstr("\nopen 3\n"));
}

TEST(metrics, histogram_is_in_seconds) {
    metrics all;
    histogram took = all.make_histogram("took_seconds", "How long.");
    took.observe(std::chrono::milliseconds(3));
    took.observe(std::chrono::seconds(90));
    const std::string text = all.exposition();
    EXPECT_THAT(text, HasSubstr("took_seconds_bucket{le=\"0.0025\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("took_seconds_bucket{le=\"0.005\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("took_seconds_bucket{le=\"60\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("took_seconds_bucket{le=\"+Inf\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("took_seconds_count 2\n"));
}

TEST(metrics, gauges_can_be_set_just_before_each_exposition) {
    metrics all;
    gauge value = all.make_gauge("value", "A value.");
    int asked = 0;
    all.before_exposition([&] { value.set(++asked); });
    EXPECT_THAT(all.exposition(), HasSubstr("\nvalue 1\n"));
    EXPECT_THAT(all.exposition(), HasSubstr("\nvalue 2\n"));
}

TEST(metrics, counting_and_exposing_at_once_loses_nothing) {
    metrics all;
    counter hits = all.make_counter("hits_total", "What was hit.");
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([hits]() mutable {
            for (int i = 0; i < 1000; ++i)
                hits.add();
        });
    }
    EXPECT_THAT(all.exposition(), Not(testing::IsEmpty()));
    for (auto& thread : threads)
        thread.join();
    EXPECT_THAT(all.exposition(), HasSubstr("\nhits_total 4000\n"));
}

}  // namespace
}  // namespace cloche::observability
