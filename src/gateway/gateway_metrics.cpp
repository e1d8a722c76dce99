#include "gateway/gateway_metrics.hpp"

#include <string>
#include <utility>

namespace cloche::gateway {
namespace {

constexpr std::array<std::string_view, route_class_count> route_names{
    "auth", "page", "proxy", "frontend", "application", "refused"};
constexpr std::array<std::string_view, upstream_outcome_count> upstream_outcomes{
    "answered", "unreachable", "timeout", "invalid", "client_gone", "bad_request"};
constexpr std::array<std::string_view, live_kind_count> live_kinds{"websocket", "events"};

/// An array made element by element: the handles have no default.
template <class Make, std::size_t... Index>
auto array_of(Make make, std::index_sequence<Index...>) {
    return std::array{make(Index)...};
}

auto request_counters(observability::metrics& registry, std::string_view route) {
    const auto make = [&](std::size_t hundreds) {
        const std::string status = hundreds == 0 ? "none" : std::to_string(hundreds) + "xx";
        return registry.make_counter(
            "cloche_requests_total",
            "Requests by route and status class; status none: the client went away.",
            {{"route", std::string(route)}, {"status", status}}
        );
    };
    return array_of(make, std::make_index_sequence<6>());
}

}  // namespace

std::string_view name_of(route_class route) noexcept {
    return route_names[static_cast<std::size_t>(route)];
}

gateway_metrics::gateway_metrics(observability::metrics& registry)
    : requests_(array_of(
          [&](std::size_t i) { return request_counters(registry, route_names[i]); },
          std::make_index_sequence<route_class_count>()
      )),
      durations_(array_of(
          [&](std::size_t i) {
              return registry.make_histogram(
                  "cloche_request_seconds",
                  "From the head of a request to the end of its answer.",
                  {{"route", std::string(route_names[i])}}
              );
          },
          std::make_index_sequence<route_class_count>()
      )),
      csrf_refused_(registry.make_counter(
          "cloche_csrf_refused_total", "Requests refused because they came from elsewhere."
      )),
      sign_ins_accepted_(registry.make_counter(
          "cloche_sign_ins_total", "Sign-ins by result.", {{"result", "accepted"}}
      )),
      sign_ins_refused_(registry.make_counter(
          "cloche_sign_ins_total", "Sign-ins by result.", {{"result", "refused"}}
      )),
      sign_outs_(registry.make_counter("cloche_sign_outs_total", "Sign-outs that ended a session.")
      ),
      replays_(registry.make_counter(
          "cloche_replays_total", "Requests sent again with a newer token after a 401."
      )),
      upstream_(array_of(
          [&](std::size_t i) {
              return registry.make_counter(
                  "cloche_upstream_total",
                  "Proxied requests by what became of them upstream.",
                  {{"outcome", std::string(upstream_outcomes[i])}}
              );
          },
          std::make_index_sequence<upstream_outcome_count>()
      )),
      live_(array_of(
          [&](std::size_t i) {
              return registry.make_gauge(
                  "cloche_live_open",
                  "Answers that are open and meant to stay so.",
                  {{"kind", std::string(live_kinds[i])}}
              );
          },
          std::make_index_sequence<live_kind_count>()
      )),
      live_ended_(registry.make_counter(
          "cloche_live_ended_total", "Of them, those ended because their session was over."
      )) {}

void gateway_metrics::answered(route_class route, unsigned status, std::chrono::nanoseconds took) {
    const auto index = static_cast<std::size_t>(route);
    const unsigned hundreds = status / 100;
    requests_[index][hundreds <= 5 ? hundreds : 0].add();
    durations_[index].observe(took);
}

void gateway_metrics::upstream(std::string_view outcome) {
    for (std::size_t i = 0; i < upstream_outcomes.size(); ++i) {
        if (upstream_outcomes[i] == outcome) upstream_[i].add();
    }
}

}  // namespace cloche::gateway
