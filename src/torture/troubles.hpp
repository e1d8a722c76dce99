// Kills and pauses of replicas and outages of the store, each at its times. For the main thread.
#pragma once

#include "torture/dice.hpp"
#include "torture/disturbances.hpp"
#include "torture/fleet.hpp"
#include "torture/plan.hpp"
#include "torture/tally.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace cloche::torture {

class troubles {
public:
    /// The times run from now on.
    troubles(const plan& what, fleet& gateways, disturbances& done, tally& counts);

    /// Begins and ends what is due. To be called every few milliseconds; it waits for a replica
    /// that starts again.
    void act();
    /// Everything runs again.
    void end();

private:
    using time_point = std::chrono::steady_clock::time_point;
    struct state {
        const disturbance_plan& planned;
        time_point next;
        bool on = false;
        std::size_t victim = 0;
        std::size_t number = 0;

        state(const disturbance_plan& what, time_point now)
            : planned(what), next(now + what.every) {}
        bool is_due(time_point now) const { return planned.is_wanted() && now >= next; }
    };

    /// Draws a victim for `what`; false if `other` has it already.
    bool draw_victim(state& what, const state& other);
    void begin(state& what, disturbance kind);
    void finish(state& what);
    void kill();
    void restart();
    void freeze();
    void thaw();
    void stop_store();
    void start_store();
    void look_for_deaths();
    void note_death(const std::string& why);

    const plan& plan_;
    fleet& fleet_;
    disturbances& disturbances_;
    tally& tally_;
    dice throws_;
    state kill_;
    state pause_;
    state outage_;
};

}  // namespace cloche::torture
