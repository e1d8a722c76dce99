#include "torture/api_doors.hpp"

#include <chrono>

namespace cloche::torture {

using namespace std::chrono_literals;

runtime::task<void> api_doors::door::handle(http::client_stream& stream) {
    return api_.handle(stream, replica_);
}

http::reply api_doors::door::refuse(error) {
    return played_api::no_request();
}

std::vector<std::string> api_doors::open(
    const std::string& listen, std::size_t count, std::string& why
) {
    std::vector<std::string> urls;
    http::server_options listening;
    listening.listen = listen;
    for (std::size_t i = 0; i < count; ++i) {
        doors_.push_back(std::make_unique<door>(api_, i));
        servers_.push_back(std::make_unique<http::server>(threads_, listening, *doors_.back()));
        const auto bound = servers_.back()->start(why);
        if (!bound) return {};
        urls.push_back("http://127.0.0.1:" + std::to_string(bound->port()));
        listening.listen = listen.substr(0, listen.rfind(':')) + ":0";
    }
    return urls;
}

void api_doors::close() {
    for (const auto& server : servers_)
        server->drain(1s);
}

}  // namespace cloche::torture
