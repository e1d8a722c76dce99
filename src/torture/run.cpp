#include "torture/run.hpp"

#include "http/origin.hpp"
#include "http/server.hpp"
#include "runtime/io_threads.hpp"
#include "torture/disturbances.hpp"
#include "torture/free_ports.hpp"
#include "torture/front_door.hpp"
#include "torture/person.hpp"
#include "torture/played_api.hpp"
#include "torture/replica_process.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <latch>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace cloche::torture {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr auto start_within = 20s;
constexpr auto look_every = 20ms;
constexpr auto tell_every = 1s;

void put_in(std::string& text, std::string_view name, const std::string& value) {
    for (auto at = text.find(name); at != std::string::npos;
         at = text.find(name, at + value.size()))
        text.replace(at, name.size(), value);
}

/// The replicas that this run starts itself; none where the gateway runs already.
class fleet {
public:
    struct replica {
        replica_process process;
        http::origin where;
    };

    bool start(
        const plan& what, const std::string& api, const std::string& folder, std::string& why
    ) {
        const auto ports = free_ports(what.gateway.start.size());
        for (std::size_t i = 0; i < ports.size(); ++i) {
            std::string command = what.gateway.start.at(i);
            put_in(command, "{port}", std::to_string(ports.at(i)));
            put_in(command, "{api}", api);
            http::origin where;
            where.port = ports.at(i);
            const std::string log = folder + "/replica-" + std::to_string(i) + ".log";
            all_.push_back({replica_process(std::move(command), log), std::move(where)});
            if (!restart(i, why)) return false;
        }
        return true;
    }

    /// Until it takes connections.
    bool restart(std::size_t index, std::string& why) {
        auto& one = all_.at(index);
        if (!one.process.start(why)) return false;
        const auto limit = steady::now() + start_within;
        while (steady::now() < limit) {
            if (answers(one.where)) return true;
            if (!one.process.is_running()) break;
            std::this_thread::sleep_for(look_every);
        }
        why = "replica " + std::to_string(index) + " did not start; see " + one.process.log_file();
        return false;
    }

    std::size_t size() const noexcept { return all_.size(); }
    replica_process& process(std::size_t index) { return all_.at(index).process; }
    std::vector<http::origin> origins() const {
        std::vector<http::origin> out;
        for (const auto& one : all_)
            out.push_back(one.where);
        return out;
    }

private:
    static bool answers(const http::origin& where) {
        asio::io_context nowhere;
        asio::ip::tcp::socket probe(nowhere);
        error failed;
        probe.connect({asio::ip::address_v4::loopback(), where.port}, failed);
        return !failed;
    }

    std::vector<replica> all_;
};

/// Kills, pauses and outages, each at its times. In the main thread.
class trouble {
public:
    trouble(const plan& what, fleet& gateways, disturbances& done, tally& counts)
        : plan_(what),
          fleet_(gateways),
          disturbances_(done),
          tally_(counts),
          throws_(dice::of(what.seed, {4})) {
        const auto now = steady::now();
        kill_.next = now + what.gateway.kill.every;
        pause_.next = now + what.gateway.pause.every;
        outage_.next = now + what.store.outage.every;
    }

    void act() {
        const auto now = steady::now();
        kill_or_restart(now);
        pause_or_go_on(now);
        stop_or_start_store(now);
        look_for_deaths();
    }

    /// Everything runs again.
    void end() {
        const auto now = steady::now();
        if (kill_.on) restart(now);
        if (pause_.on) go_on(now);
        if (outage_.on) start_store(now);
    }

private:
    struct state {
        steady::time_point next;
        bool on = false;
        std::size_t victim = 0;
        std::size_t number = 0;
    };

    bool is_due(const state& what, const disturbance_plan& planned, steady::time_point now) const {
        return planned.is_wanted() && now >= what.next;
    }
    void begin(state& what, const disturbance_plan& planned, steady::time_point now) {
        what.on = true;
        what.number = disturbances_.begin(now);
        what.next = now + planned.lasts;
    }
    void finish(state& what, const disturbance_plan& planned) {
        what.on = false;
        disturbances_.end(what.number, steady::now());
        what.next = steady::now() + planned.every;
    }

    void kill_or_restart(steady::time_point now) {
        const auto& planned = plan_.gateway.kill;
        if (fleet_.size() == 0 || !is_due(kill_, planned, now)) return;
        if (kill_.on) return restart(now);
        kill_.victim = throws_.one_of(fleet_.size());
        if (pause_.on && pause_.victim == kill_.victim) return;
        begin(kill_, planned, now);
        fleet_.process(kill_.victim).kill();
        tally_.note([](figures& count) { ++count.kills; });
    }
    void restart(steady::time_point) {
        std::string why;
        if (!fleet_.restart(kill_.victim, why)) died(why);
        finish(kill_, plan_.gateway.kill);
    }

    void pause_or_go_on(steady::time_point now) {
        const auto& planned = plan_.gateway.pause;
        if (fleet_.size() == 0 || !is_due(pause_, planned, now)) return;
        if (pause_.on) return go_on(now);
        pause_.victim = throws_.one_of(fleet_.size());
        if (kill_.on && kill_.victim == pause_.victim) return;
        begin(pause_, planned, now);
        fleet_.process(pause_.victim).freeze();
        tally_.note([](figures& count) { ++count.pauses; });
    }
    void go_on(steady::time_point) {
        fleet_.process(pause_.victim).thaw();
        finish(pause_, plan_.gateway.pause);
    }

    void stop_or_start_store(steady::time_point now) {
        const auto& planned = plan_.store.outage;
        if (!is_due(outage_, planned, now)) return;
        if (outage_.on) return start_store(now);
        begin(outage_, planned, now);
        if (!run_command(plan_.store.stop)) tally_.find("store.stop failed");
        tally_.note([](figures& count) { ++count.outages; });
    }
    void start_store(steady::time_point) {
        if (!run_command(plan_.store.start)) tally_.find("store.start failed");
        finish(outage_, plan_.store.outage);
    }

    void look_for_deaths() {
        for (std::size_t i = 0; i < fleet_.size(); ++i) {
            const bool killed = kill_.on && kill_.victim == i;
            if (killed || fleet_.process(i).is_running()) continue;
            died(
                "replica " + std::to_string(i) + " ended by itself; see " +
                fleet_.process(i).log_file()
            );
            std::string why;
            fleet_.restart(i, why);
        }
    }
    void died(const std::string& what) {
        tally_.note([](figures& count) { ++count.deaths; });
        tally_.find(what);
    }

    const plan& plan_;
    fleet& fleet_;
    disturbances& disturbances_;
    tally& tally_;
    dice throws_;
    state kill_;
    state pause_;
    state outage_;
};

}  // namespace

std::optional<run_result> run(
    const plan& what,
    const std::string& folder,
    const std::function<bool(const figures&, milliseconds elapsed)>& progress,
    std::string& why
) {
    disturbances done;
    tally counts;
    played_api api(what, done, counts);
    runtime::io_threads threads(0);
    http::server_options listening;
    listening.listen = what.api.listen;
    http::server server(threads, listening, api);
    const auto bound = server.start(why);
    if (!bound) return std::nullopt;
    threads.start();

    fleet gateways;
    const std::string api_url = "http://127.0.0.1:" + std::to_string(bound->port());
    if (!gateways.start(what, api_url, folder, why)) {
        threads.stop();
        return std::nullopt;
    }
    std::vector<http::origin> origins = gateways.origins();
    for (const std::string& url : what.gateway.urls)
        origins.push_back(http::origin::parse(url).value());
    front_door door(threads, std::move(origins));

    stage on(what, door, api, counts);
    std::vector<std::shared_ptr<person>> people;
    for (std::size_t i = 0; i < what.sessions; ++i) {
        auto& context = threads.context(i % threads.size());
        people.push_back(std::make_shared<person>(on, i, context.get_executor()));
    }
    const auto for_each_at_home = [&](void (person::*act)()) {
        std::latch all(static_cast<std::ptrdiff_t>(people.size()));
        for (std::size_t i = 0; i < people.size(); ++i) {
            asio::post(threads.context(i % threads.size()), [&, one = people.at(i), act] {
                ((*one).*act)();
                all.count_down();
            });
        }
        all.wait();
    };

    const auto begun = steady::now();
    const auto elapsed = [&] {
        return std::chrono::duration_cast<milliseconds>(steady::now() - begun);
    };
    for_each_at_home(&person::enter);
    trouble troubles(what, gateways, done, counts);
    auto tell_at = begun + tell_every;
    while (elapsed() < what.length) {
        std::this_thread::sleep_for(look_every);
        troubles.act();
        if (steady::now() < tell_at) continue;
        tell_at += tell_every;
        const figures now = counts.now();
        if (!progress(now, elapsed())) break;
        if (what.refreshes > 0 && now.refreshes >= what.refreshes) break;
    }
    troubles.end();
    on.over = true;
    for_each_at_home(&person::leave);
    on.under_way.wait_until_empty();
    const run_result out{counts.now(), elapsed()};
    server.drain(1s);
    threads.stop();
    return out;
}

}  // namespace cloche::torture
