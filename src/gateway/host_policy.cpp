#include "gateway/host_policy.hpp"

#include "http/message.hpp"
#include "http/target.hpp"

#include <algorithm>
#include <charconv>

namespace cloche::gateway {
namespace {

using http::equal_ignoring_case;

struct host_and_port {
    std::string host;  ///< letters small
    std::uint16_t port;
};

/// `authority` has passed is_authority.
host_and_port split(std::string_view authority, std::uint16_t default_port) {
    const std::size_t host_end = std::min(
        authority.front() == '[' ? authority.find(']') + 1 : authority.find(':'), authority.size()
    );
    host_and_port parts{std::string(authority.substr(0, host_end)), default_port};
    std::transform(parts.host.begin(), parts.host.end(), parts.host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
    });
    if (host_end < authority.size()) {
        std::from_chars(
            authority.data() + host_end + 1, authority.data() + authority.size(), parts.port
        );
    }
    return parts;
}

}  // namespace

std::optional<host_policy> host_policy::make(
    std::string_view public_url,
    std::span<const std::string> hosts,
    std::uint16_t bound_port,
    std::string& why
) {
    host_policy policy;
    const auto url = http::split_target(public_url);
    if (!url || url->form != http::target_form::absolute || url->path_and_query != "/") {
        why =
            "public_url must be http:// or https:// and a host, with a port if need be, and "
            "nothing behind it";
        return std::nullopt;
    }
    policy.https_ = equal_ignoring_case(public_url.substr(0, 6), "https:");
    const std::uint16_t default_port = policy.https_ ? 443 : 80;
    const host_and_port own = split(url->authority, default_port);
    policy.development_ = !policy.https_ && is_loopback_name(own.host);
    policy.add(own.host, own.port);
    for (const std::string& entry : hosts) {
        if (!http::is_authority(entry)) {
            why = "hosts: \"" + entry + "\" is not a host name, with a port if need be";
            return std::nullopt;
        }
        const host_and_port further = split(entry, default_port);
        policy.add(further.host, further.port);
    }
    if (policy.development_) {
        for (const std::string_view name : {"localhost", "127.0.0.1", "[::1]"})
            policy.add(name, bound_port);
    }
    return policy;
}

void host_policy::add(std::string_view host, std::uint16_t port) {
    const std::string with_port = std::string(host).append(1, ':').append(std::to_string(port));
    if (std::find(authorities_.begin(), authorities_.end(), with_port) != authorities_.end())
        return;
    const bool is_default = port == (https_ ? 443 : 80);
    authorities_.push_back(with_port);
    if (is_default) authorities_.emplace_back(host);
    origins_.push_back(
        (https_ ? "https://" : "http://") + (is_default ? std::string(host) : with_port)
    );
}

bool host_policy::is_ours(std::string_view authority) const noexcept {
    return std::any_of(
        authorities_.begin(),
        authorities_.end(),
        [authority](const std::string& own) { return equal_ignoring_case(own, authority); }
    );
}

bool is_loopback_name(std::string_view host) noexcept {
    constexpr std::string_view below = ".localhost";
    if (equal_ignoring_case(host, "localhost") || host == "[::1]") return true;
    if (host.size() > below.size() &&
        equal_ignoring_case(host.substr(host.size() - below.size()), below))
        return true;
    // A name like 127.example.com begins so too.
    return host.substr(0, 4) == "127." && std::count(host.begin(), host.end(), '.') == 3 &&
           host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace cloche::gateway
