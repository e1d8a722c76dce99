// What a route guards is not open by way of another, however the path is spelled: not to the most
// lenient of servers that may stand behind (BF-4, BF-5). Nor are the API's own sign-in paths.
#include "base/encoding.hpp"
#include "fuzz.hpp"
#include "gateway/proxy_routes.hpp"
#include "http/target.hpp"

#include <algorithm>
#include <string>

using namespace cloche;

namespace {

gateway::proxy_routes make_routes() {
    gateway::gateway_options options;
    gateway::route_options admin;
    admin.name = "admin";
    admin.how.prefix = "/api";
    admin.how.allow = {"/admin/**"};
    gateway::route_options rest;
    rest.name = "rest";
    rest.how.prefix = "/api";
    rest.how.allow = {"/**"};
    options.routes = {admin, rest};
    options.proxy.prefix = "/other";
    std::string why;
    return gateway::proxy_routes::make(options, {"/auth/login"}, why).value();
}

/// As a server reads a path that decodes it, does without letter case and path parameters, and
/// overlooks dots and spaces at the end of a name.
std::string as_servers_read(std::string_view path) {
    std::string read;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        std::string segment = percent_decode(path.substr(0, end)).value_or("");
        segment = segment.substr(0, segment.find(';'));
        segment.erase(segment.find_last_not_of(". ") + 1);
        for (char& c : segment)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
        read += "/" + segment;
        path.remove_prefix(end);
    }
    return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const gateway::proxy_routes routes = make_routes();
    const std::string path = "/api/" + std::string(fuzz::text_of(data, size));
    if (http::check_path(path) != http::path_fault::none) return 0;

    const std::string read = as_servers_read(std::string_view(path).substr(4));
    const auto match = routes.find(http::method::get, "localhost", path);
    if (http::is_below(read, "/admin"))
        CLOCHE_REQUIRE(match.found != nullptr && match.found->name == "admin");
    if (read == "/auth/login") CLOCHE_REQUIRE(match.found == nullptr && match.auth_path);
    if (match.found != nullptr) {
        CLOCHE_REQUIRE(match.path.starts_with('/'));
        CLOCHE_REQUIRE(std::string_view(path).ends_with(match.path));
    }
    return 0;
}
