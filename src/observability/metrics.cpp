#include "observability/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>

namespace cloche::observability {
namespace {

// Seconds. From an answer out of memory to the longest wait for an API that is configured by
// default.
const prometheus::Histogram::BucketBoundaries duration_buckets{
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
    30,
    60};

prometheus::Labels to_prometheus(const labels& from) {
    return {from.begin(), from.end()};
}

}  // namespace

void counter::add(double amount) {
    target_->Increment(amount);
}

void gauge::set(double value) {
    target_->Set(value);
}
void gauge::add(double amount) {
    target_->Increment(amount);
}

void histogram::observe(std::chrono::nanoseconds duration) {
    target_->Observe(std::chrono::duration<double>(duration).count());
}

struct metrics::state {
    prometheus::Registry registry;
    std::mutex refreshing;
    std::vector<std::function<void()>> refreshes;
};

metrics::metrics() : state_(std::make_unique<state>()) {}
metrics::~metrics() = default;

counter metrics::make_counter(
    const std::string& name, const std::string& help, const labels& with
) {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry);
    return counter(family.Add(to_prometheus(with)));
}

gauge metrics::make_gauge(const std::string& name, const std::string& help, const labels& with) {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry);
    return gauge(family.Add(to_prometheus(with)));
}

histogram metrics::make_histogram(
    const std::string& name, const std::string& help, const labels& with
) {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(state_->registry);
    return histogram(family.Add(to_prometheus(with), duration_buckets));
}

void metrics::before_exposition(std::function<void()> refresh) {
    const std::lock_guard lock(state_->refreshing);
    state_->refreshes.push_back(std::move(refresh));
}

std::string metrics::exposition() const {
    {
        const std::lock_guard lock(state_->refreshing);
        for (const auto& refresh : state_->refreshes)
            refresh();
    }
    return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace cloche::observability
