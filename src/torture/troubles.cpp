#include "torture/troubles.hpp"

#include "torture/replica_process.hpp"

namespace cloche::torture {

using steady = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds start_again_after{1};

}  // namespace

troubles::troubles(const plan& what, fleet& gateways, disturbances& done, tally& counts)
    : plan_(what),
      fleet_(gateways),
      disturbances_(done),
      tally_(counts),
      throws_(dice::of(what.seed, {4})),
      kill_(what.gateway.kill, steady::now()),
      pause_(what.gateway.pause, steady::now()),
      outage_(what.store.outage, steady::now()) {}

void troubles::act() {
    const auto now = steady::now();
    // No gateway has to start without its store.
    const bool may_restart = !outage_.on;
    if (fleet_.size() > 0 && kill_.is_due(now) && (!kill_.on || may_restart))
        kill_.on ? restart() : kill();
    if (fleet_.size() > 0 && pause_.is_due(now)) pause_.on ? thaw() : freeze();
    if (outage_.is_due(now)) outage_.on ? start_store() : stop_store();
    look_for_deaths();
}

void troubles::end() {
    if (outage_.on) start_store();
    if (kill_.on) restart();
    if (pause_.on) thaw();
}

bool troubles::draw_victim(state& what, const state& other) {
    what.victim = throws_.one_of(fleet_.size());
    return !other.on || other.victim != what.victim;
}

void troubles::begin(state& what, disturbance kind) {
    const auto now = steady::now();
    what.on = true;
    what.number = disturbances_.begin(kind, what.victim, now);
    what.next = now + what.planned.lasts;
}

void troubles::finish(state& what) {
    const auto now = steady::now();
    what.on = false;
    disturbances_.end(what.number, now);
    what.next = now + what.planned.every;
}

void troubles::kill() {
    if (!draw_victim(kill_, pause_)) return;
    begin(kill_, disturbance::kill);
    fleet_.process(kill_.victim).kill();
    tally_.note([](figures& count) { ++count.kills; });
}

void troubles::restart() {
    std::string why;
    if (!fleet_.restart(kill_.victim, why)) note_death(why);
    finish(kill_);
}

void troubles::freeze() {
    if (!draw_victim(pause_, kill_)) return;
    begin(pause_, disturbance::pause);
    fleet_.process(pause_.victim).freeze();
    tally_.note([](figures& count) { ++count.pauses; });
}

void troubles::thaw() {
    fleet_.process(pause_.victim).thaw();
    finish(pause_);
}

void troubles::stop_store() {
    begin(outage_, disturbance::outage);
    if (!run_command(plan_.store.stop)) tally_.find("store.stop failed");
    tally_.note([](figures& count) { ++count.outages; });
}

void troubles::start_store() {
    if (run_command(plan_.store.start)) {
        finish(outage_);
        return;
    }
    tally_.find("store.start failed; it is tried again");
    outage_.next = steady::now() + start_again_after;
}

void troubles::look_for_deaths() {
    for (std::size_t i = 0; i < fleet_.size(); ++i) {
        const bool killed = kill_.on && kill_.victim == i;
        if (killed || fleet_.process(i).is_running()) continue;
        note_death(
            "replica " + std::to_string(i) + " ended by itself; see " + fleet_.process(i).log_file()
        );
        std::string why;
        fleet_.restart(i, why);
    }
}

void troubles::note_death(const std::string& why) {
    tally_.note([](figures& count) { ++count.deaths; });
    tally_.find(why);
}

}  // namespace cloche::torture
