#include "torture/fleet.hpp"

#include "torture/free_ports.hpp"
#include "torture/placeholder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <thread>
#include <utility>

namespace cloche::torture {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr auto start_within = 20s;
constexpr auto look_every = 20ms;

bool answers(const http::origin& where) {
    asio::io_context nowhere;
    asio::ip::tcp::socket probe(nowhere);
    error failed;
    probe.connect({asio::ip::address_v4::loopback(), where.port}, failed);
    return !failed;
}

}  // namespace

bool fleet::start(
    const gateway_plan& what, const std::string& api, const std::string& folder, std::string& why
) {
    const auto ports = free_ports(what.start.size());
    for (std::size_t i = 0; i < ports.size(); ++i) {
        std::string command = what.start.at(i);
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

bool fleet::restart(std::size_t index, std::string& why) {
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

std::vector<http::origin> fleet::origins() const {
    std::vector<http::origin> out;
    for (const auto& one : all_)
        out.push_back(one.where);
    return out;
}

}  // namespace cloche::torture
