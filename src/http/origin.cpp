#include "http/origin.hpp"

#include "http/target.hpp"

#include <boost/system/errc.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>

namespace cloche::http {

namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

}  // namespace

result<origin> origin::parse(std::string_view url) {
    const error invalid = make_error_code(boost::system::errc::invalid_argument);
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed) return invalid;
    origin made;
    made.tls = parsed->scheme_id() == boost::urls::scheme::https;
    if (!made.tls && parsed->scheme_id() != boost::urls::scheme::http) return invalid;
    if (parsed->has_userinfo() || parsed->has_query() || parsed->has_fragment()) return invalid;

    made.host = parsed->host_address();
    made.port = made.tls ? https_port : http_port;
    const std::string_view port = parsed->port();
    const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), made.port);
    if (!port.empty() && failed != std::errc()) return invalid;
    if (made.host.empty() || made.port == 0 || !is_authority(made.authority())) return invalid;

    made.base_path = std::string(parsed->encoded_path());
    while (!made.base_path.empty() && made.base_path.back() == '/')
        made.base_path.pop_back();
    if (!made.base_path.empty() && check_path(made.base_path) != path_fault::none) return invalid;
    return made;
}

std::string origin::authority() const {
    const bool address_6 = host.find(':') != std::string::npos;
    auto text = address_6 ? "[" + host + "]" : host;
    if (port != (tls ? https_port : http_port)) text += ":" + std::to_string(port);
    return text;
}

}  // namespace cloche::http
