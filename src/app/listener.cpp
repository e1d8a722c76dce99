#include "app/listener.hpp"

#include "observability/log.hpp"

namespace cloche::app {

std::string endpoint_text(const boost::asio::ip::tcp::endpoint& where) {
    const std::string host = where.address().to_string();
    const std::string port = std::to_string(where.port());
    return where.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

void log_listening(
    const char* program, const char* listener, const boost::asio::ip::tcp::endpoint& where
) {
    observability::log_line(observability::level::info, "listening")
        .with("program", program)
        .with("listener", listener)
        .with("address", endpoint_text(where));
}

}  // namespace cloche::app
