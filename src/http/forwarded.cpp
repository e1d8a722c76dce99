#include "http/forwarded.hpp"

#include "http/field_list.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace cloche::http {
namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t most_hops = 64;

/// Without scope identifiers, which mean nothing on another machine.
std::optional<ip::address> parse_address(std::string_view text) {
    if (text.find('%') != std::string_view::npos) return std::nullopt;
    boost::system::error_code bad;
    const ip::address address = ip::make_address(text, bad);
    return bad ? std::nullopt : std::optional(unmapped(address));
}

/// node = nodename [ ":" node-port ] (RFC 7239 section 6), and what proxies write in
/// X-Forwarded-For: a bare IPv6 address.
std::optional<ip::address> parse_node(std::string_view node) {
    const std::size_t bracket = node.find(']');
    if (!node.empty() && node.front() == '[') {
        return bracket == std::string_view::npos ? std::nullopt
                                                 : parse_address(node.substr(1, bracket - 1));
    }
    const bool has_port = std::count(node.begin(), node.end(), ':') == 1;
    return parse_address(has_port ? node.substr(0, node.find(':')) : node);
}

/// The value of `for` in one Forwarded element.
std::string_view for_of(std::string_view element) noexcept {
    std::string_view node;
    any_element(element, ';', [&node](std::string_view pair) {
        if (!equal_ignoring_case(pair.substr(0, 4), "for=")) return false;
        node = pair.substr(4);
        const bool quoted = node.size() >= 2 && node.front() == '"' && node.back() == '"';
        if (quoted) node = node.substr(1, node.size() - 2);
        return true;
    });
    return node;
}

/// Cuts the last element off a list. From the right, as only what trusted proxies appended there
/// can be relied on to be well-formed; commas in quotes do not part elements.
std::string_view take_last(std::string_view& list) noexcept {
    bool in_quotes = false;
    std::size_t at = list.size();
    while (at > 0) {
        const char c = list[at - 1];
        if (c == '"') in_quotes = !in_quotes;
        if (c == ',' && !in_quotes) break;
        --at;
    }
    const std::string_view element = trim(list.substr(at));
    list = list.substr(0, at == 0 ? 0 : at - 1);
    return element;
}

/// Goes from the peer to the left for as long as the hops are trusted. A hop that hides itself
/// (`unknown`, `_name`) or cannot be read ends the walk at the one that reported it.
ip::address walk(
    ip::address client, std::span<const field> fields, field_id id, const trusted_proxies& trusted
) {
    std::size_t hops = 0;
    for (auto line = fields.rbegin(); line != fields.rend(); ++line) {
        if (line->id != id) continue;
        std::string_view rest = line->value;
        while (!rest.empty()) {
            const std::string_view element = take_last(rest);
            if (element.empty()) continue;  // empty elements do not count (RFC 9110 section 5.6.1)
            const auto hop = parse_node(id == field_id::forwarded ? for_of(element) : element);
            if (!hop) return client;
            client = *hop;
            if (++hops == most_hops || !trusted.contains(client)) return client;
        }
    }
    return client;
}

bool has(std::span<const field> fields, field_id id) noexcept {
    return std::any_of(fields.begin(), fields.end(), [id](const field& line) {
        return line.id == id;
    });
}

/// May stand in a quoted string as it is, and is nothing that a reader could stumble over.
bool is_quotable(char c) noexcept {
    return c > 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void append_quoted(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty() || !std::ranges::all_of(value, is_quotable)) return;
    if (!out.empty()) out.push_back(';');
    const bool is_ipv6 = name == "for" && value.find(':') != std::string_view::npos;
    out.append(name).append(is_ipv6 ? "=\"[" : "=\"");
    out.append(value).append(is_ipv6 ? "]\"" : "\"");
}

}  // namespace

std::optional<trusted_proxies> trusted_proxies::parse(
    std::span<const std::string> networks, std::string& why
) {
    trusted_proxies parsed;
    const auto refuse = [&why](const std::string& text, std::string_view reason) {
        why = "trusted_proxies: \"" + text + "\" " + std::string(reason);
        return std::nullopt;
    };
    for (const std::string& text : networks) {
        const bool is_v6 = text.find(':') != std::string::npos;
        const bool is_network = text.find('/') != std::string::npos;
        const std::string network = is_network ? text : text + (is_v6 ? "/128" : "/32");
        boost::system::error_code bad;
        if (is_v6) {
            const auto v6 = ip::make_network_v6(network, bad);
            if (bad || text.find('%') != std::string::npos)
                return refuse(text, "is no address or network");
            if (v6.prefix_length() == 0) return refuse(text, "would trust everybody");
            if (v6.address().is_v4_mapped())
                return refuse(text, "is an IPv4 network: write it as one");
            if (v6 != v6.canonical()) return refuse(text, "has bits set behind its prefix");
            parsed.v6_.push_back(v6);
        } else {
            const auto v4 = ip::make_network_v4(network, bad);
            if (bad) return refuse(text, "is no address or network");
            if (v4.prefix_length() == 0) return refuse(text, "would trust everybody");
            if (v4 != v4.canonical()) return refuse(text, "has bits set behind its prefix");
            parsed.v4_.push_back(v4);
        }
    }
    return parsed;
}

bool trusted_proxies::contains(const ip::address& address) const noexcept {
    const ip::address plain = unmapped(address);
    if (plain.is_v4()) {
        const auto bits = plain.to_v4().to_uint();
        return std::any_of(v4_.begin(), v4_.end(), [bits](const ip::network_v4& network) {
            return (bits & network.netmask().to_uint()) == network.address().to_uint();
        });
    }
    const auto bytes = plain.to_v6().to_bytes();
    return std::any_of(v6_.begin(), v6_.end(), [&bytes](const ip::network_v6& network) {
        const auto own = network.address().to_bytes();
        const auto whole = static_cast<std::ptrdiff_t>(network.prefix_length() / 8);
        const auto rest = static_cast<unsigned>(network.prefix_length() % 8);
        if (!std::equal(own.begin(), own.begin() + whole, bytes.begin())) return false;
        if (rest == 0) return true;
        const unsigned mask = 0xffu << (8 - rest);
        const auto next = static_cast<std::size_t>(whole);
        return (own[next] & mask) == (bytes[next] & mask);
    });
}

ip::address client_address(
    const ip::address& peer, std::span<const field> fields, const trusted_proxies& trusted
) {
    const ip::address direct = unmapped(peer);
    if (!trusted.contains(direct)) return direct;
    const bool has_list = has(fields, field_id::x_forwarded_for);
    const bool has_forwarded = has(fields, field_id::forwarded);
    const ip::address by_list = walk(direct, fields, field_id::x_forwarded_for, trusted);
    const ip::address by_forwarded = walk(direct, fields, field_id::forwarded, trusted);
    if (has_list && has_forwarded) return by_list == by_forwarded ? by_list : direct;
    return has_list ? by_list : by_forwarded;
}

ip::address unmapped(const ip::address& address) {
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

std::string address_text(const ip::address& address) {
    if (!address.is_v4()) return address.to_string();
    // Each request has one, and inet_ntop would format it by printf.
    std::array<char, 16> text{};
    char* end = text.data();
    for (const unsigned char part : address.to_v4().to_bytes()) {
        if (end != text.data()) *end++ = '.';
        end = std::to_chars(end, text.data() + text.size(), part).ptr;
    }
    return {text.data(), end};
}

std::string limit_key(const ip::address& client) {
    const ip::address plain = unmapped(client);
    if (plain.is_v4()) return plain.to_string();
    auto bytes = plain.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return ip::address_v6(bytes).to_string() + "/64";
}

void append_forwarded(
    std::string& value, std::string_view client, std::string_view scheme, std::string_view host
) {
    append_quoted(value, "for", client);
    append_quoted(value, "host", host);
    append_quoted(value, "proto", scheme);
}

std::string forwarded_value(
    std::string_view client, std::string_view scheme, std::string_view host
) {
    std::string value;
    append_forwarded(value, client, scheme, host);
    return value;
}

bool has_passed(std::span<const field> fields, std::string_view pseudonym) noexcept {
    // received-by stands behind the version, and before a comment (RFC 9110 section 7.6.3).
    return std::any_of(fields.begin(), fields.end(), [pseudonym](const field& line) {
        return line.id == field_id::via &&
               any_element(line.value, ',', [pseudonym](std::string_view element) {
                   const std::string_view behind =
                       trim(element.substr(std::min(element.find(' '), element.size())));
                   return equal_ignoring_case(
                       behind.substr(0, behind.find_first_of(" \t")), pseudonym
                   );
               });
    });
}

}  // namespace cloche::http
