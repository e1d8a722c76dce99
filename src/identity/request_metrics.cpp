#include "identity/request_metrics.hpp"

#include <string>

namespace cloche::identity {

request_metrics::row request_metrics::make_row(
    observability::metrics& metrics, const std::string& route
) {
    row made{
        {},
        metrics.make_histogram(
            "cloche_identity_request_seconds",
            "From the head of a request to the end of its answer.",
            {{"route", route}}
        )};
    for (const char* status : {"none", "1xx", "2xx", "3xx", "4xx", "5xx"}) {
        made.by_class.push_back(metrics.make_counter(
            "cloche_identity_requests_total",
            "Requests, by endpoint and class of status; none: the client was gone.",
            {{"route", route}, {"status", status}}
        ));
    }
    return made;
}

request_metrics::request_metrics(observability::metrics& metrics) {
    for (const auto& one : all_endpoints()) {
        const auto route = std::string(word_for(one.verb)) + " " + std::string(one.path);
        rows_.push_back(make_row(metrics, route));
    }
    rows_.push_back(make_row(metrics, "none"));
}

void request_metrics::count(const endpoint* which, unsigned status, std::chrono::nanoseconds took) {
    const auto all = all_endpoints();
    const auto index = which ? static_cast<std::size_t>(which - all.data()) : all.size();
    auto& counted = rows_[index];
    counted.by_class[status / 100 < classes ? status / 100 : 0].add();
    counted.seconds.observe(took);
}

}  // namespace cloche::identity
