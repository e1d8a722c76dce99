// The operations listener: /livez, /readyz and /metrics, for whoever runs the program; never on a
// public address (LG-4).
#pragma once

#include "http/client_stream.hpp"
#include "observability/metrics.hpp"

#include <atomic>

namespace cloche::app {

/// Whether the program can do its work just now.
class readiness {
public:
    virtual ~readiness() = default;
    virtual runtime::task<bool> ready() = 0;
};

class operations_handler final : public http::exchange_handler {
public:
    operations_handler(const observability::metrics& metrics, readiness& what)
        : metrics_(metrics), readiness_(what) {}

    runtime::task<void> handle(http::client_stream& stream) override;
    http::reply refuse(error reason) override;

    /// From now on /readyz says no, while what was begun is finished.
    void drain() noexcept { draining_ = true; }

private:
    const observability::metrics& metrics_;
    readiness& readiness_;
    std::atomic<bool> draining_ = false;
};

}  // namespace cloche::app
