#include "gateway/byte_range.hpp"

#include "http/field_list.hpp"
#include "http/message.hpp"

#include <algorithm>
#include <charconv>

namespace cloche::gateway {
namespace {

std::optional<std::uint64_t> number_in(std::string_view text) noexcept {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [at, failure] = std::from_chars(text.data(), end, number);
    if (text.empty() || failure != std::errc{} || at != end) return std::nullopt;
    return number;
}

/// The weight of an entry says that it is not wanted: `q=0`, `q=0.000`.
bool is_refused(std::string_view parameters) noexcept {
    const std::string_view weight = http::trim(parameters);
    if (!http::equal_ignoring_case(weight.substr(0, 2), "q=")) return false;
    return weight.substr(2).find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

std::optional<byte_range> read_range(std::string_view range, std::uint64_t size) noexcept {
    constexpr std::string_view unit = "bytes=";
    if (!http::equal_ignoring_case(range.substr(0, unit.size()), unit)) return std::nullopt;
    const std::string_view wanted = http::trim(range.substr(unit.size()));
    const std::size_t dash = wanted.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto last = number_in(wanted.substr(dash + 1));
    if (dash == 0) {
        if (!last) return std::nullopt;
        const std::uint64_t tail = std::min(*last, size);
        return byte_range{size - tail, tail};
    }
    const auto first = number_in(wanted.substr(0, dash));
    const bool open = dash + 1 == wanted.size();
    if (!first || (!open && !last) || (last && *last < *first)) return std::nullopt;
    if (*first >= size) return byte_range{0, 0};
    const std::uint64_t end = last ? std::min(*last, size - 1) : size - 1;
    return byte_range{*first, end - *first + 1};
}

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) noexcept {
    bool accepted = false;
    http::any_element(accept_encoding, ',', [&](std::string_view entry) {
        const std::size_t semicolon = entry.find(';');
        if (!http::equal_ignoring_case(http::trim(entry.substr(0, semicolon)), coding))
            return false;
        accepted = semicolon == entry.npos || !is_refused(entry.substr(semicolon + 1));
        return true;
    });
    return accepted;
}

}  // namespace cloche::gateway
