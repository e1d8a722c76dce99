#include "app/session_metrics.hpp"

#include <array>

namespace cloche::app {
namespace {

using session::end_reason;

constexpr std::array<std::string_view, 9> refresh_results{
    "renewed",
    "refused",
    "not_sent",
    "answered",
    "outcome_unknown",
    "joined",
    "late",
    "lost",
    "held_back",
};
constexpr std::array<end_reason, 6> end_reasons{
    end_reason::signed_out,
    end_reason::replaced,
    end_reason::idle,
    end_reason::absolute,
    end_reason::refused,
    end_reason::unreadable,
};

observability::counter make_key_reads(observability::metrics& registry, const std::string& result) {
    return registry.make_counter(
        "cloche_session_key_reads_total",
        "Key files read again because they had changed, by result.",
        {{"result", result}}
    );
}

}  // namespace

session_metrics::session_metrics(observability::metrics& registry)
    : live_(registry.make_gauge("cloche_sessions", "Live sessions.")),
      breaker_open_(registry.make_gauge(
          "cloche_refresh_breaker_open",
          "1 while so many refreshes are refused that they count as passing."
      )),
      circuit_open_(registry.make_gauge(
          "cloche_refresh_circuit_open",
          "1 while the API is asked for fewer refreshes, or none, because they fail."
      )),
      keys_loaded_(make_key_reads(registry, "loaded")),
      keys_not_loaded_(make_key_reads(registry, "failed")),
      key_missing_(registry.make_counter(
          "cloche_session_key_missing_total", "Reads of sessions whose key is not in the key file."
      )),
      not_acknowledged_(registry.make_counter(
          "cloche_session_changes_not_acknowledged_total",
          "Changes of sessions that no replica of Redis had when they were answered."
      )),
      thrown_away_(registry.make_counter(
          "cloche_session_store_keys_thrown_away_total",
          "Keys of any kind that Redis threw away for want of memory."
      )),
      throws_away_(registry.make_gauge(
          "cloche_session_store_throws_away",
          "1 while Redis is set up to throw keys away when it is full."
      )) {
    for (const std::string_view result : refresh_results) {
        auto made = registry.make_counter(
            "cloche_refreshes_total", "Refreshes by result.", {{"result", std::string(result)}}
        );
        refreshes_.emplace(result, made);
    }
    for (const end_reason reason : end_reasons) {
        const std::string name(name_of(reason));
        auto made = registry.make_counter(
            "cloche_sessions_ended_total", "Sessions by how they ended.", {{"reason", name}}
        );
        ends_.emplace(name, made);
    }
}

session::coordinator_events session_metrics::events() {
    session::coordinator_events events;
    const auto count = [](counters& family, std::string_view label) {
        const auto found = family.find(label);
        if (found != family.end()) found->second.add();
    };
    events.refreshed = [this, count](std::string_view result) { count(refreshes_, result); };
    events.ended = [this, count](std::string_view reason) { count(ends_, reason); };
    events.breaker = [this](bool open) { breaker_open_.set(open ? 1 : 0); };
    events.circuit = [this](bool open) { circuit_open_.set(open ? 1 : 0); };
    return events;
}

void session_metrics::show(const session::store_health& health) {
    const auto catch_up = [](observability::counter& shown, std::uint64_t now, std::uint64_t& seen
                          ) {
        shown.add(static_cast<double>(now - seen));
        seen = now;
    };
    catch_up(not_acknowledged_, health.not_acknowledged, not_acknowledged_shown_);
    catch_up(thrown_away_, health.thrown_away, thrown_away_shown_);
    throws_away_.set(health.throws_away ? 1 : 0);
}

session::session_key_events session_metrics::key_events() {
    session::session_key_events events;
    events.looked = [this](bool well) { (well ? keys_loaded_ : keys_not_loaded_).add(); };
    events.missed = [this] { key_missing_.add(); };
    return events;
}

}  // namespace cloche::app
