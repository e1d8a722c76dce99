#include "cli/demo_options.hpp"

#include "config/addresses.hpp"
#include "config/names.hpp"
#include "config/quantities.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::cli {
namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

/// ADDRESS:PORT on this machine alone. The demo says its password, and anybody can register.
config::notation<std::string> loopback_address() {
    auto how = config::listen_address();
    how.read = [read = how.read](std::string_view text) -> config::parsed<std::string> {
        config::parsed<std::string> address = read(text);
        if (address && !config::is_on_loopback("http://" + *address)) {
            return config::parse_error{
                "can be reached from elsewhere, which a demonstration must not be",
                "write it like 127.0.0.1:3000"};
        }
        return address;
    };
    return how;
}

template <class T>
void read(
    const char* option,
    const std::string& text,
    const config::notation<T>& how,
    T& into,
    config::problems& found
) {
    config::parsed<T> value = how.read(text);
    if (value) {
        into = std::move(*value);
    } else {
        const config::parse_error& why = value.error();
        found.push_back({"", 0, option, '"' + text + "\" " + why.what, why.remedy});
    }
}

using named_listener = std::pair<const char*, std::string*>;

void refuse_same(const std::vector<named_listener>& listeners, config::problems& found) {
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const std::string& address = *listeners[i].second;
            if (address != *listeners[j].second || config::port_of(address) == "0") continue;
            found.push_back(
                {"",
                 0,
                 listeners[i].first,
                 "is the same as " + std::string(listeners[j].first),
                 "give it a port of its own"}
            );
        }
    }
}

/// Gateway and identity API have to know one another before either listens. The ports are held
/// until all are chosen, so that no two are the same.
void choose_ports(const std::vector<named_listener>& listeners, config::problems& found) {
    boost::asio::io_context nowhere;
    std::vector<tcp::acceptor> held;
    for (const auto& [option, listen] : listeners) {
        if (config::port_of(*listen) != "0") continue;
        std::string host = listen->substr(0, listen->rfind(':'));
        const std::string bare = host.front() == '[' ? host.substr(1, host.size() - 2) : host;
        error failed;
        const auto address = boost::asio::ip::make_address(bare, failed);
        const tcp::endpoint any_port(address, 0);
        tcp::acceptor probe(nowhere);
        if (!failed) probe.open(any_port.protocol(), failed);
        if (!failed) probe.bind(any_port, failed);
        if (failed) {
            found.push_back({"", 0, option, "no port is free on " + host, "name one"});
            continue;
        }
        *listen = host + ':' + std::to_string(probe.local_endpoint().port());
        held.push_back(std::move(probe));
    }
}

}  // namespace

std::optional<demo_settings> read_demo_options(const demo_options& asked, config::problems& found) {
    demo_settings settings;
    const auto listener = loopback_address();
    read("--data", asked.data, config::file_path(), settings.data, found);
    read("--listen", asked.listen, listener, settings.listen, found);
    read("--operations", asked.operations, listener, settings.operations, found);
    read("--identity-listen", asked.identity_listen, listener, settings.identity_listen, found);
    read(
        "--identity-operations",
        asked.identity_operations,
        listener,
        settings.identity_operations,
        found
    );
    read(
        "--access-token-lifetime",
        asked.access_lifetime,
        config::seconds_between(1s, 1h),
        settings.access_lifetime,
        found
    );
    if (!found.empty()) return std::nullopt;

    const std::vector<named_listener> listeners{
        {"--listen", &settings.listen},
        {"--operations", &settings.operations},
        {"--identity-listen", &settings.identity_listen},
        {"--identity-operations", &settings.identity_operations}};
    refuse_same(listeners, found);
    choose_ports(listeners, found);
    if (!found.empty()) return std::nullopt;
    return settings;
}

}  // namespace cloche::cli
