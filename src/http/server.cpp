#include "http/server.hpp"

#include "http/http1_connection.hpp"
#include "http/http2_connection.hpp"
#include "http/server_shard.hpp"
#include "http/tls_entrance.hpp"
#include "observability/log.hpp"

#include <sys/socket.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include <charconv>
#include <vector>

namespace cloche::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using runtime::task;
using runtime::use_task;
using namespace std::chrono_literals;

namespace {

using acceptor = asio::basic_socket_acceptor<tcp, runtime::io_executor>;
using pause_timer = asio::basic_waitable_timer<
    std::chrono::steady_clock,
    asio::wait_traits<std::chrono::steady_clock>,
    runtime::io_executor>;
using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

// Descriptors have run out: closing some takes a moment, and asking again at once would only burn
// the processor.
constexpr auto accept_pause = 100ms;
// Connections over the limit that are told so; the ones beyond are closed without a word.
constexpr std::size_t most_turned_away = 128;

/// One thread's share of a server.
struct listener {
    explicit listener(const runtime::io_executor& home, std::shared_ptr<server_shard> shared)
        : shard(std::move(shared)), socket(home), pause(home) {}
    std::shared_ptr<server_shard> shard;
    acceptor socket;
    pause_timer pause;
};

result<tcp::endpoint> parse_listen(const std::string& listen, std::string& why) {
    const auto colon = listen.rfind(':');
    auto host = colon == std::string::npos ? listen : listen.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    std::uint16_t port = 0;
    bool good = colon != std::string::npos;
    if (good) {
        const char* first = listen.data() + colon + 1;
        const char* last = listen.data() + listen.size();
        const auto [end, failed] = std::from_chars(first, last, port);
        good = failed == std::errc() && end == last;
    }
    error failed;
    const auto address = asio::ip::make_address(host, failed);
    if (good && !failed) return tcp::endpoint(address, port);
    why = "\"" + listen +
          "\" is no address to listen on; write ADDRESS:PORT, such as 127.0.0.1:3000 or [::1]:3000";
    return make_error_code(boost::system::errc::invalid_argument);
}

error open_at(acceptor& socket, const tcp::endpoint& where, bool shared) {
    error failed;
    socket.open(where.protocol(), failed);
    if (failed) return failed;
    socket.set_option(acceptor::reuse_address(true), failed);
    if (!failed && where.protocol() == tcp::v6()) {
        socket.set_option(asio::ip::v6_only(!where.address().is_unspecified()), failed);
    }
    if (!failed && shared) socket.set_option(reuse_port(true), failed);
    if (!failed) socket.bind(where, failed);
    return failed;
}

std::string explain(const std::string& listen, const error& failed) {
    if (failed == boost::system::errc::address_in_use) {
        return listen + " is in use by another program; choose another `listen`";
    }
    if (failed == boost::system::errc::permission_denied) {
        return "no permission to listen on " + listen +
               "; ports below 1024 need CAP_NET_BIND_SERVICE, or choose another `listen`";
    }
    if (failed == boost::system::errc::address_not_available) {
        return listen + " is no address of this machine; choose another `listen`";
    }
    return "cannot listen on " + listen + ": " + failed.message();
}

task<void> serve(std::unique_ptr<http1_connection> connection) {
    co_await connection->run();
}

task<void> serve_tls(std::unique_ptr<tls_entrance> entrance) {
    const auto spoken = co_await entrance->run();
    if (spoken == tls_entrance::spoken::nothing) co_return;
    if (spoken == tls_entrance::spoken::http2) {
        auto next = std::make_shared<http2_connection>(*entrance);
        entrance.reset();
        co_await next->run();
        co_return;
    }
    auto next = std::make_unique<http1_connection>(*entrance);
    entrance.reset();
    if (spoken == tls_entrance::spoken::http1) {
        co_await next->run();
    } else {
        const error reason = make_error_code(errc::https_expected);
        co_await next->turn_away(reason);
    }
}

task<void> turn_away(
    std::shared_ptr<server_shard> shard, std::unique_ptr<http1_connection> connection
) {
    ++shard->turned_away;
    co_await connection->turn_away(make_error_code(errc::closing));
    --shard->turned_away;
}

void take_in(
    const std::shared_ptr<server_shard>& shard, tcp_socket socket, const tcp::endpoint& peer
) {
    error ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const bool full = shard->count->open() >= shard->options.connections;
    // Over TLS a handshake would cost more than the words are worth.
    const bool can_be_told = !shard->options.tls && shard->turned_away < most_turned_away;
    if (full && !can_be_told) return;
    transport link(std::move(socket));
    if (!full && shard->options.tls) {
        auto entrance = std::make_unique<tls_entrance>(shard, std::move(link), peer.address());
        asio::co_spawn(shard->executor, serve_tls(std::move(entrance)), asio::detached);
        return;
    }
    auto connection = std::make_unique<http1_connection>(shard, std::move(link), peer.address());
    if (full) {
        asio::co_spawn(shard->executor, turn_away(shard, std::move(connection)), asio::detached);
    } else {
        asio::co_spawn(shard->executor, serve(std::move(connection)), asio::detached);
    }
}

bool out_of_resources(const error& failed) {
    using namespace boost::system::errc;
    return failed == too_many_files_open || failed == too_many_files_open_in_system ||
           failed == no_buffer_space || failed == not_enough_memory;
}

task<void> accept_connections(std::shared_ptr<listener> self) {
    bool said = false;
    while (self->socket.is_open()) {
        error failed;
        tcp::endpoint peer;
        auto socket =
            co_await self->socket.async_accept(peer, asio::redirect_error(use_task, failed));
        if (!failed) {
            take_in(self->shard, std::move(socket), peer);
            said = false;
        } else if (out_of_resources(failed)) {
            if (!std::exchange(said, true)) {
                observability::log_line(observability::level::error, "cannot_accept")
                    .with("why", failed.message());
            }
            self->pause.expires_after(accept_pause);
            co_await self->pause.async_wait(asio::redirect_error(use_task, failed));
        }
        // Anything else was the end of that one client (ECONNABORTED), or of the listener.
    }
}

}  // namespace

struct server::state {
    runtime::io_threads& threads;
    server_options options;
    exchange_handler& handler;
    std::shared_ptr<census> count = std::make_shared<census>();
    std::vector<std::shared_ptr<listener>> listeners;

    result<tcp::endpoint> open(const tcp::endpoint& wanted);
    void on_each(void (*act)(listener&));
};

server::server(runtime::io_threads& threads, server_options options, exchange_handler& handler)
    : state_(new state{threads, std::move(options), handler, std::make_shared<census>(), {}}) {
    const auto most = threads.size();
    const auto wanted = state_->options.threads;
    const auto lanes = wanted == 0 ? most : std::min(wanted, most);
    for (std::size_t i = 0; i < lanes; ++i) {
        const auto home = threads.context(i).get_executor();
        auto shard = std::make_shared<server_shard>(
            home, threads.wheel(i), state_->options, handler, state_->count
        );
        state_->listeners.push_back(std::make_shared<listener>(home, std::move(shard)));
    }
}

server::~server() = default;

// One socket for each thread at the same port. SO_REUSEPORT would let two programs of one user
// share a port in silence, so a first socket is bound without it.
result<tcp::endpoint> server::state::open(const tcp::endpoint& wanted) {
    auto where = wanted;
    {
        acceptor probe(threads.context(0).get_executor());
        if (auto failed = open_at(probe, where, false)) return failed;
        where = probe.local_endpoint();
    }
    const bool shared = listeners.size() > 1;
    for (auto& each : listeners) {
        error failed = open_at(each->socket, where, shared);
        if (!failed) each->socket.listen(asio::socket_base::max_listen_connections, failed);
        if (failed) {
            error ignored;
            for (auto& opened : listeners)
                opened->socket.close(ignored);
            return failed;
        }
        each->shard->port = where.port();
    }
    return where;
}

result<tcp::endpoint> server::start(std::string& why) {
    auto wanted = parse_listen(state_->options.listen, why);
    if (!wanted) return wanted;
    auto where = state_->open(*wanted);
    // Between the first look at a free port and its use, another program may have got it.
    for (int i = 0; i < 8 && where.has_error() && wanted->port() == 0; ++i)
        where = state_->open(*wanted);
    if (!where) {
        why = explain(state_->options.listen, where.error());
        return where;
    }
    for (auto& each : state_->listeners) {
        asio::co_spawn(each->socket.get_executor(), accept_connections(each), asio::detached);
    }
    return where;
}

void server::state::on_each(void (*act)(listener&)) {
    for (auto& each : listeners) {
        asio::post(each->shard->executor, [each, act] { act(*each); });
    }
}

void server::drain(std::chrono::milliseconds grace) {
    state_->on_each([](listener& each) {
        error ignored;
        each.socket.close(ignored);
        each.pause.cancel();
        each.shard->draining = true;
        for (auto& connection : each.shard->connections)
            connection.wind_down();
    });
    if (state_->count->wait_empty(std::chrono::steady_clock::now() + grace)) return;
    state_->on_each([](listener& each) {
        for (auto& connection : each.shard->connections)
            connection.break_off();
    });
    state_->count->wait_empty();
}

std::size_t server::open_connections() const noexcept {
    return state_->count->open();
}

}  // namespace cloche::http
