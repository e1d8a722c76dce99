// Counts answers and times them, by endpoint. Any thread.
#pragma once

#include "identity/routes.hpp"
#include "observability/metrics.hpp"

#include <array>
#include <chrono>
#include <vector>

namespace cloche::identity {

class request_metrics {
public:
    explicit request_metrics(observability::metrics& metrics);

    /// `which`: null for a path or method that is not there. `status`: 0 if the client was gone.
    void count(const endpoint* which, unsigned status, std::chrono::nanoseconds took);

private:
    static constexpr std::size_t classes = 6;  ///< none, 1xx … 5xx
    struct row {
        std::vector<observability::counter> by_class;
        observability::histogram seconds;
    };
    row make_row(observability::metrics& metrics, const std::string& route);

    std::vector<row> rows_;  ///< in the order of all_endpoints(), the unknown last
};

}  // namespace cloche::identity
