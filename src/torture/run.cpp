#include "torture/run.hpp"

#include "http/origin.hpp"
#include "runtime/io_threads.hpp"
#include "torture/api_doors.hpp"
#include "torture/disturbances.hpp"
#include "torture/fleet.hpp"
#include "torture/front_door.hpp"
#include "torture/heartbeat.hpp"
#include "torture/person.hpp"
#include "torture/played_api.hpp"
#include "torture/troubles.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
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

constexpr auto look_every = 20ms;
constexpr auto tell_every = 1s;

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
    api_doors doors(threads, api);
    const auto api_urls =
        doors.open(what.api.listen, std::max<std::size_t>(1, what.gateway.start.size()), why);
    if (api_urls.empty()) return std::nullopt;
    threads.start();

    fleet gateways;
    if (!gateways.start(what.gateway, api_urls, folder, why)) {
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
    troubles bad_days(what, gateways, done, counts);
    heartbeat beats(threads, done, counts);
    auto tell_at = begun + tell_every;
    while (elapsed() < what.length) {
        std::this_thread::sleep_for(look_every);
        beats.look();
        bad_days.act();
        if (steady::now() < tell_at) continue;
        tell_at += tell_every;
        const figures now = counts.now();
        if (!progress(now, elapsed())) break;
        if (what.refreshes > 0 && now.refreshes >= what.refreshes) break;
    }
    const auto took = elapsed();
    bad_days.end();
    const auto wait_for_all = [&] {
        while (!on.under_way.is_empty_within(look_every))
            beats.look();
    };
    on.over = true;
    for_each_at_home(&person::leave);
    wait_for_all();
    // What the last faults have done shows only when the next refresh is due.
    api.behave();
    for_each_at_home(&person::check_at_end);
    wait_for_all();
    const run_result out{counts.now(), took};
    doors.close();
    threads.stop();
    return out;
}

}  // namespace cloche::torture
