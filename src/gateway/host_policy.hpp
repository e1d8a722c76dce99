// Which hosts are ours: the Host a request may name (PX-6; contract "Hosts"), and the origins that
// our own pages have (CS-3). Made once from the configuration and the port that was bound; pure,
// any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::gateway {

class host_policy {
public:
    /// `public_url`: http or https and an authority, nothing behind it. `hosts` take its scheme and
    /// may name a port. If `public_url` is plain http on a loopback name, which is development,
    /// then `localhost`, `127.0.0.1` and
    /// `[::1]` are ours at `bound_port` as well. Nothing if a text is none of that; `why` then says
    /// which, in words.
    static std::optional<host_policy> make(
        std::string_view public_url,
        std::span<const std::string> hosts,
        std::uint16_t bound_port,
        std::string& why
    );

    /// Whether a request may name `authority`, the value of Host; otherwise 421. Without regard to
    /// case; the scheme's own port may be there or not.
    bool is_ours(std::string_view authority) const noexcept;

    /// As browsers write them in Origin; that of `public_url` is the first.
    std::span<const std::string> origins() const noexcept { return origins_; }
    bool https() const noexcept { return https_; }
    /// Plain http on a loopback name: cookies without Secure.
    bool development() const noexcept { return development_; }

private:
    host_policy() = default;
    void add(std::string_view host, std::uint16_t port);

    bool https_ = false;
    bool development_ = false;
    std::vector<std::string> authorities_;
    std::vector<std::string> origins_;
};

/// `localhost`, names below it, 127.0.0.0/8 and `[::1]`; without a port.
bool is_loopback_name(std::string_view host) noexcept;

}  // namespace cloche::gateway
