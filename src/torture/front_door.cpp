#include "torture/front_door.hpp"

#include "http/errc.hpp"
#include "runtime/pause.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>

#include <string>
#include <utility>

namespace cloche::torture {
namespace {

namespace asio = boost::asio;
using runtime::task;

/// Longer than any gateway lets a request wait.
constexpr milliseconds patience{20'000};

std::string on_the_wire(const http::request& what, const http::origin& where) {
    std::string text = what.method + ' ' + where.base_path + what.target +
                       " HTTP/1.1\r\nHost: " + where.authority() + "\r\n";
    for (const auto& [name, value] : what.fields)
        text.append(name).append(": ").append(value).append("\r\n");
    text += "Content-Length: " + std::to_string(what.body.size()) + "\r\n\r\n";
    return text + what.body;
}

}  // namespace

front_door::front_door(runtime::io_threads& threads, std::vector<http::origin> replicas) {
    for (auto& where : replicas)
        doors_.push_back(
            std::make_unique<http::client>(threads, std::move(where), http::client_options())
        );
}

task<result<http::response>> front_door::send(http::request what, std::size_t first) {
    http::fetch_options how;
    how.timeout = patience;
    for (std::size_t tried = 1;; ++tried) {
        auto& door = *doors_.at((first + tried - 1) % doors_.size());
        http::request copy = what;
        auto answer = co_await door.fetch(std::move(copy), how);
        const bool refused = !answer && answer.error() == http::errc::connect_failed;
        if (!refused || tried == doors_.size()) co_return answer;
    }
}

task<void> front_door::send_and_leave(http::request what, std::size_t first, milliseconds stay) {
    using socket = asio::basic_stream_socket<asio::ip::tcp, runtime::io_executor>;
    const http::origin& where = doors_.at(first % doors_.size())->where();
    const runtime::io_executor executor = co_await asio::this_coro::executor;
    error failed;
    const auto address = asio::ip::make_address(where.host, failed);
    if (failed) co_return;
    socket link(executor);
    const asio::ip::tcp::endpoint there(address, where.port);
    co_await link.async_connect(there, asio::redirect_error(runtime::use_task, failed));
    if (failed) co_return;
    const std::string text = on_the_wire(what, where);
    const auto bytes = asio::buffer(text);
    co_await asio::async_write(link, bytes, asio::redirect_error(runtime::use_task, failed));
    co_await runtime::pause(stay);
}

void front_door::close() {
    for (const auto& door : doors_)
        door->close();
}

}  // namespace cloche::torture
