#include "config/addresses.hpp"

#include "config/quantities.hpp"
#include "http/forwarded.hpp"
#include "http/target.hpp"
#include "identity/email_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <vector>

namespace cloche::config {
namespace {

namespace urls = boost::urls;

// RFC 4291, RFC 791; AF_UNSPEC if it is no address.
int family_of(std::string_view address) {
    const std::string text(address);
    in6_addr bytes{};
    if (::inet_pton(AF_INET, text.c_str(), &bytes) == 1) return AF_INET;
    if (::inet_pton(AF_INET6, text.c_str(), &bytes) == 1) return AF_INET6;
    return AF_UNSPEC;
}

std::string in_small_letters(std::string_view text) {
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return small;
}

struct host_and_port {
    std::string_view host;  // with the brackets of an IPv6 address
    std::string_view port;
};

host_and_port split_authority(std::string_view authority) {
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (!has_port) return {authority, {}};
    return {authority.substr(0, colon), authority.substr(colon + 1)};
}

parsed<std::string> read_listen_address(std::string_view text) {
    const parse_error form{
        "is not ADDRESS:PORT", "write it like 127.0.0.1:3000, 0.0.0.0:3000 or [::]:3000"};
    const auto [host, port_text] = split_authority(text);
    const auto port = parse_count(port_text);
    if (!port || *port > 65535) return form;
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    const int family = family_of(bracketed ? host.substr(1, host.size() - 2) : host);
    if (family != (bracketed ? AF_INET6 : AF_INET)) return form;
    return std::string(text);
}

parsed<std::string> read_web_origin(std::string_view text) {
    const parse_error form{
        "is not an origin", "write it like https://app.example.com, without a path"};
    const auto url = urls::parse_uri(urls::string_view(text.data(), text.size()));
    if (!url || url->has_userinfo() || url->has_query() || url->has_fragment()) return form;
    const std::string scheme = in_small_letters(std::string_view(url->scheme()));
    if (scheme != "http" && scheme != "https") return form;
    if (!url->encoded_path().empty() && url->encoded_path() != "/") return form;
    const std::string authority = in_small_letters(std::string_view(url->encoded_host_and_port()));
    if (authority.ends_with(':') || !http::is_authority(authority)) return form;
    // The port that a scheme has anyway is never in a browser's Origin.
    const auto [host, port] = split_authority(authority);
    const bool usual = port == (scheme == "https" ? "443" : "80");
    return scheme + "://" + (usual ? std::string(host) : authority);
}

parsed<std::string> read_host_name(std::string_view text) {
    if (!http::is_authority(text)) {
        return parse_error{
            "is not a host name", "write it like app.example.com or app.example.com:8443"};
    }
    return in_small_letters(text);
}

parsed<std::string> read_address_range(std::string_view text) {
    const std::vector<std::string> one{std::string(text)};
    std::string why;
    if (!http::trusted_proxies::parse(one, why)) {
        return parse_error(
            "cannot be trusted: " + why, "write it like 10.0.0.0/8, fd00::/8 or 192.0.2.7"
        );
    }
    return one.front();
}

parsed<http::origin> read_upstream(std::string_view text) {
    auto where = http::origin::parse(text);
    if (!where) {
        return parse_error{
            "is not the URL of a server",
            "write it like http://127.0.0.1:8000 or https://api.example.com/base"};
    }
    return std::move(*where);
}

std::string write_upstream(const http::origin& where) {
    return (where.tls ? "https://" : "http://") + where.authority() + where.base_path;
}

parsed<std::string> read_mail_address(std::string_view text) {
    if (!identity::email_address::parse(text)) {
        return parse_error{"is not a mail address", "write it like no-reply@example.com"};
    }
    return std::string(text);
}

parsed<std::string> read_mail_target(std::string_view text) {
    if (text == "files") return std::string(text);
    const parse_error form{
        "is no place for mail",
        "write files, smtp://HOST:PORT or smtps://HOST:PORT, a user and password before the host "
        "if need be"};
    const auto url = urls::parse_uri(urls::string_view(text.data(), text.size()));
    if (!url || (url->scheme() != "smtp" && url->scheme() != "smtps")) return form;
    if (url->encoded_host().empty() || url->has_query() || url->has_fragment()) return form;
    if (!url->encoded_path().empty() && url->encoded_path() != "/") return form;
    return std::string(text);
}

std::string_view authority_of(std::string_view origin) {
    return origin.substr(origin.find("://") + 3);
}

}  // namespace

notation<std::string> listen_address() {
    return checked_text("ADDRESS:PORT", read_listen_address);
}
notation<std::string> web_origin() {
    return checked_text("origin", read_web_origin);
}
notation<std::string> host_name() {
    return checked_text("host", read_host_name);
}
notation<std::string> address_range() {
    return checked_text("CIDR", read_address_range);
}
notation<std::string> mail_address() {
    return checked_text("mail address", read_mail_address);
}

notation<std::string> upstream_url() {
    return checked_text("URL", [](std::string_view text) -> parsed<std::string> {
        const auto where = read_upstream(text);
        if (!where) return where.error();
        return std::string(text);
    });
}

notation<http::origin> upstream_origin() {
    return {"URL", read_upstream, write_upstream};
}

notation<std::string> mail_target() {
    auto target = checked_text("files or URL", read_mail_target);
    target.secret = true;
    return target;
}

bool is_https(std::string_view origin) {
    return origin.starts_with("https://");
}

bool is_on_loopback(std::string_view origin) {
    const std::string_view host = split_authority(authority_of(origin)).host;
    if (host == "localhost" || host.ends_with(".localhost") || host == "[::1]") return true;
    return host.starts_with("127.") && family_of(host) == AF_INET;
}

std::string_view port_of(std::string_view listen) {
    return split_authority(listen).port;
}

}  // namespace cloche::config
