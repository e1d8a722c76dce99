#include "gateway/hop_times.hpp"

#include <array>
#include <charconv>
#include <string_view>

namespace cloche::gateway {
namespace {

using std::chrono::nanoseconds;

void add(std::string& to, std::string_view name, nanoseconds took) {
    const double ms = std::chrono::duration<double, std::milli>(took).count();
    std::array<char, 32> digits{};
    const auto end = std::to_chars(
        digits.data(), digits.data() + digits.size(), ms, std::chars_format::fixed, 3
    );
    if (!to.empty()) to += ", ";
    to.append(name).append(";dur=").append(digits.data(), end.ptr);
}

}  // namespace

std::string server_timing(const hop_times& hops, nanoseconds whole) {
    std::string value;
    nanoseconds elsewhere{0};
    const auto add_hop = [&](std::string_view name, const std::optional<nanoseconds>& took) {
        if (!took) return;
        add(value, name, *took);
        elsewhere += *took;
    };
    add_hop("session", hops.session);
    add_hop("refresh", hops.refresh);
    add_hop("upstream", hops.upstream);
    add(value, "gateway", whole - elsewhere);
    return value;
}

}  // namespace cloche::gateway
