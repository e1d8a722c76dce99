// Counters, gauges and histograms, and their text exposition (Prometheus). Any thread.
//
// A handle is got once, at start-up, and kept: looking it up takes a lock, using it does not.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// NOLINTBEGIN(readability-identifier-naming): another library's names.
namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus
// NOLINTEND(readability-identifier-naming)

namespace cloche::observability {

class counter {
public:
    explicit counter(prometheus::Counter& target) : target_(&target) {}
    void add(double amount = 1);

private:
    prometheus::Counter* target_;
};

class gauge {
public:
    explicit gauge(prometheus::Gauge& target) : target_(&target) {}
    void set(double value);
    void add(double amount);

private:
    prometheus::Gauge* target_;
};

class histogram {
public:
    explicit histogram(prometheus::Histogram& target) : target_(&target) {}
    void observe(std::chrono::nanoseconds duration);  ///< exposed in seconds

private:
    prometheus::Histogram* target_;
};

using labels = std::vector<std::pair<std::string, std::string>>;

class metrics {
public:
    metrics();
    ~metrics();
    /// The same name and labels give the same counter again.
    counter make_counter(const std::string& name, const std::string& help, const labels& with = {});
    gauge make_gauge(const std::string& name, const std::string& help, const labels& with = {});
    /// Buckets from 100 us to 60 s.
    histogram make_histogram(
        const std::string& name, const std::string& help, const labels& with = {}
    );
    /// Called just before each exposition, to set gauges that are cheaper to read than to keep.
    void before_exposition(std::function<void()> refresh);

    std::string exposition() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace cloche::observability
