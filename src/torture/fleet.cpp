#include "torture/fleet.hpp"

#include "torture/free_ports.hpp"
#include "torture/placeholder.hpp"
#include "torture/wrong_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>
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

std::uintmax_t size_of(const std::string& file) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(file, failed);
    return failed ? 0 : size;
}

/// What the file has behind `begin`, or the last of it, each line on a line of its own.
std::string end_of_log(const std::string& file, std::uintmax_t begin) {
    constexpr std::uintmax_t enough = 2'000;
    const auto size = size_of(file);
    std::ifstream log(file);
    if (size > begin + enough) begin = size - enough;
    log.seekg(static_cast<std::streamoff>(begin));
    std::string text;
    for (std::string one; std::getline(log, one);)
        if (!one.empty()) text += "\n  " + one;
    return text;
}

}  // namespace

bool fleet::start(
    const gateway_plan& what,
    const std::vector<std::string>& apis,
    const std::string& folder,
    std::string& why
) {
    const auto& clocks = what.clocks;
    if (!clocks.empty() && !can_be_off()) {
        why =
            "gateway.clocks needs libfaketime, which is not in /usr/lib/*/faketime: "
            "`apt-get install libfaketime`";
        return false;
    }
    const auto ports = free_ports(what.start.size());
    for (std::size_t i = 0; i < ports.size(); ++i) {
        std::string command = what.start.at(i);
        put_in(command, "{port}", std::to_string(ports.at(i)));
        put_in(command, "{api}", apis.at(i));
        if (!clocks.empty()) command = with_clock_off(clocks.at(i % clocks.size()), command);
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
    const auto old_log = size_of(one.process.log_file());
    if (!one.process.start(why)) return false;
    const auto limit = steady::now() + start_within;
    while (steady::now() < limit) {
        if (answers(one.where)) return true;
        if (!one.process.is_running()) break;
        std::this_thread::sleep_for(look_every);
    }
    why = "replica " + std::to_string(index) + " did not start; see " + one.process.log_file() +
          end_of_log(one.process.log_file(), old_log);
    return false;
}

std::vector<http::origin> fleet::origins() const {
    std::vector<http::origin> out;
    for (const auto& one : all_)
        out.push_back(one.where);
    return out;
}

}  // namespace cloche::torture
