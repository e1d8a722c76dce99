#include "torture/plan_keys.hpp"

#include "config/addresses.hpp"
#include "config/document.hpp"
#include "config/quantities.hpp"
#include "config/section.hpp"
#include "http/origin.hpp"

#include <boost/asio/ip/address.hpp>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>

namespace cloche::torture {
namespace {

using namespace std::chrono_literals;
using config::count_between;
using config::duration_between;
using config::parse_error;
using config::parsed;
using config::seconds_between;
using config::section;

constexpr auto any_number = std::numeric_limits<std::uint64_t>::max();

/// `0.5%`, kept as 0 to 1.
config::notation<double> share() {
    config::notation<double> how;
    how.name = "share";
    how.read = [](std::string_view text) -> parsed<double> {
        double percent = 0;
        const char* const end = text.data() + text.size();
        const auto [stopped, failed] = std::from_chars(text.data(), end, percent);
        const bool read = failed == std::errc() && std::string_view(stopped, end) == "%";
        if (!read || percent < 0 || percent > 100)
            return parse_error("is not a share", "write it like 0.5%");
        return percent / 100;
    };
    how.write = [](const double& value) {
        std::array<char, 32> room{};
        const auto end = std::to_chars(room.data(), room.data() + room.size(), value * 100).ptr;
        return std::string(room.data(), end) + '%';
    };
    return how;
}

config::notation<std::string> any_text(std::string name) {
    return config::checked_text(std::move(name), [](std::string_view text) -> parsed<std::string> {
        return std::string(text);
    });
}

/// `POST /api/auth/login`; empty: there is none.
config::notation<recipe_request> request_line() {
    config::notation<recipe_request> how;
    how.name = "request";
    how.read = [](std::string_view text) -> parsed<recipe_request> {
        if (text.empty()) return recipe_request();
        const auto space = text.find(' ');
        if (space == 0 || space == std::string_view::npos || text.substr(space + 1, 1) != "/")
            return parse_error("is not a request", "write it like POST /api/auth/login");
        return recipe_request(
            std::string(text.substr(0, space)), std::string(text.substr(space + 1))
        );
    };
    how.write = [](const recipe_request& what) {
        return what.path.empty() ? std::string() : what.method + ' ' + what.path;
    };
    return how;
}

/// `5m`, `-5m`.
config::notation<milliseconds> clock_offset() {
    config::notation<milliseconds> how;
    how.name = "duration, also negative";
    how.read = [](std::string_view text) -> parsed<milliseconds> {
        const bool behind = text.starts_with('-');
        const auto length = config::parse_duration(text.substr(behind ? 1 : 0));
        if (!length) return parse_error("is not a duration", "write it like 5m or -5m");
        return behind ? -*length : *length;
    };
    how.write = [](const milliseconds& off) {
        const bool behind = off < milliseconds::zero();
        return (behind ? "-" : "") + config::write_duration(behind ? -off : off);
    };
    return how;
}

void disturbance_keys(section& keys, disturbance_plan& into) {
    keys.value("every", into.every, duration_between(0ms, 24h), "0: never.");
    keys.value("lasts", into.lasts, duration_between(0ms, 1h), "How long it is away.");
}

void fault_keys(section& keys, api_faults& into) {
    const auto one = [&](const char* key, double& field, const char* meaning) {
        keys.value(key, field, share(), meaning);
    };
    one("reset", into.reset, "Instead of a rotation: the connection is reset.");
    one("status_500", into.status_500, "Instead of a rotation.");
    one("status_429", into.status_429, "Instead of a rotation.");
    one("status_403", into.status_403, "Instead of a rotation.");
    one("garbage", into.garbage, "Instead of a rotation: 200 with a page of HTML.");
    one("lost", into.lost, "Rotated; the connection is reset in place of the answer.");
    one("cut", into.cut, "Rotated; half an answer.");
    one("garbled", into.garbled, "Rotated; an answer that cannot be read.");
    one("slow", into.slow, "Rotated; a good answer that comes late.");
    keys.value("slow_most", into.slow_most, duration_between(100ms, 60s), "How late at most.");
    one("revoked", into.revoked, "The API revokes the session by itself.");
}

void api_keys(section& keys, api_plan& into) {
    keys.value("listen", into.listen, config::listen_address(), "Where the API is played.");
    keys.value("access_token", into.access_token, seconds_between(1s, 1h), "Its life.");
    keys.value(
        "grace",
        into.grace,
        duration_between(0ms, 60s),
        "How long a spent refresh token gets its successor again. 0: reuse revokes the family."
    );
    keys.group("faults", "Shares of the refreshes.", [&](section& faults) {
        fault_keys(faults, into.faults);
    });
}

void browser_keys(section& keys, browser_plan& into) {
    keys.value("gone", into.gone, share(), "The browser goes away in mid-request.");
    keys.value("lost", into.lost, share(), "The answer never reaches it.");
    keys.value("late", into.late, share(), "The answer's cookies come late, out of order.");
    keys.value("sign_out", into.sign_out, share(), "The person signs out.");
    keys.value(
        "burst", into.burst, count_between<std::size_t>(1, 1000), "Requests of a tab at once."
    );
}

/// The browsers that are played speak plain http, to an address.
config::notation<std::string> plain_url() {
    config::notation<std::string> how = config::web_origin();
    how.name = "http://ADDRESS:PORT";
    how.read = [](std::string_view text) -> parsed<std::string> {
        const auto where = http::origin::parse(text);
        error failed;
        if (where) boost::asio::ip::make_address(where->host, failed);
        if (!where || failed || where->tls || !where->base_path.empty())
            return parse_error("is not a plain URL", "write it like http://127.0.0.1:3000");
        return std::string(text);
    };
    return how;
}

void gateway_keys(section& keys, gateway_plan& into) {
    keys.list(
        "start",
        into.start,
        any_text("command"),
        "A command for each replica; `{port}` and `{api}` are put in."
    );
    keys.list("urls", into.urls, plain_url(), "Where replicas are that run already.");
    keys.list(
        "clocks",
        into.clocks,
        clock_offset(),
        "How far the wall clock of each replica is off, in turn; by libfaketime."
    );
    keys.group("kill", "SIGKILL to a replica.", [&](section& kill) {
        disturbance_keys(kill, into.kill);
    });
    keys.group("pause", "SIGSTOP to a replica.", [&](section& pause) {
        disturbance_keys(pause, into.pause);
    });
}

void store_keys(section& keys, store_plan& into) {
    keys.value("start", into.start, any_text("command"), "Starts the store again.");
    keys.value("stop", into.stop, any_text("command"), "Stops it.");
    keys.group("outage", "The store is away.", [&](section& outage) {
        disturbance_keys(outage, into.outage);
    });
}

void recipe_keys(section& keys, recipe& into) {
    const auto body = [&](const char* key, recipe_request& what) {
        keys.value(key, what.body, any_text("body"), "`{user}` and `{password}` are put in.");
    };
    const auto request = [&](const char* key, recipe_request& what, const char* meaning) {
        recipe_request line = what;
        keys.value(key, line, request_line(), meaning);
        what.method = line.method;
        what.path = line.path;
    };
    request("sign_in", into.sign_in, "Signs in.");
    body("sign_in_body", into.sign_in);
    request("call", into.call, "Reaches `GET /auth/me` of the API.");
    request("refresh", into.refresh, "What a page's timer asks for; empty: nothing.");
    request("sign_out", into.sign_out, "Signs out.");
    keys.list("headers", into.headers, any_text("header field"), "Of every request.");
    keys.list(
        "signed_out",
        into.signed_out,
        count_between(400U, 599U),
        "Statuses that tell a browser that it is signed out."
    );
}

void plan_keys(section& root, plan& into) {
    root.value("seed", into.seed, count_between<std::uint64_t>(0, any_number), "Of all chance.");
    root.value("for", into.length, duration_between(1s, 24h), "How long.");
    root.value(
        "refreshes",
        into.refreshes,
        count_between<std::uint64_t>(0, any_number),
        "Ends after so many; 0: time alone ends it."
    );
    root.value("sessions", into.sessions, count_between<std::size_t>(1, 1'000'000), "People.");
    root.value("tabs", into.tabs, count_between<std::size_t>(1, 1000), "Of each.");
    root.group("api", "The API that is played.", [&](section& keys) { api_keys(keys, into.api); });
    root.group("browser", "Shares of the requests.", [&](section& keys) {
        browser_keys(keys, into.browser);
    });
    root.group("gateway", "The gateway under test.", [&](section& keys) {
        gateway_keys(keys, into.gateway);
    });
    root.group("store", "Its store.", [&](section& keys) { store_keys(keys, into.store); });
    root.group("recipe", "How it is used.", [&](section& keys) { recipe_keys(keys, into.recipe); });
}

}  // namespace

void read_plan(const std::optional<std::string>& path, plan& into, config::problems& found) {
    const config::source from = config::open_source(path, found);
    config::reader all(from.name, from.environment);
    config::read_document(all, from, [&](section& root) { plan_keys(root, into); });
    if (into.store.outage.is_wanted() && (into.store.start.empty() || into.store.stop.empty()))
        all.refuse(
            "store.outage", "needs a store that can be stopped", "name store.start and store.stop"
        );
    for (const char* const key : {"gateway.kill", "gateway.pause", "gateway.clocks"}) {
        if (all.given.has(key) && into.gateway.start.empty() && !into.gateway.urls.empty())
            all.refuse(
                key, "needs a replica that this run starts", "name gateway.start in place of urls"
            );
    }
    if (!into.gateway.start.empty() && !into.gateway.urls.empty())
        all.refuse(
            "gateway.urls",
            "cannot stand beside gateway.start",
            "take one of them: replicas that run already, or commands that start them"
        );
    found.insert(found.end(), all.found.begin(), all.found.end());
}

}  // namespace cloche::torture
