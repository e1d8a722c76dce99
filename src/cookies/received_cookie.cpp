#include "cookies/received_cookie.hpp"

#include "cookies/segments.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>

namespace cloche::cookies {
namespace {

constexpr std::size_t longest_pair = 4096;
constexpr std::size_t longest_attribute_value = 1024;

/// Of more than a hundred years we count a hundred: it cannot overflow,
/// and no session lives as long.
constexpr seconds longest_age{100LL * 365 * 24 * 3600};

/// %x00-08 / %x0A-1F / %x7F (section 5.6, step 1)
bool is_control(char c) noexcept {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
}

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// Section 5.6.2: `-` or a digit, then digits.
std::optional<seconds> parse_max_age(std::string_view text) {
    const auto negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
    if (negative) return seconds(0);
    seconds age{0};
    for (const auto digit : text) {
        age = std::min(age * 10 + seconds(digit - '0'), longest_age);
    }
    return age;
}

/// One attribute. Its name is empty if there is none.
cookie split_attribute(std::string_view segment) noexcept {
    const auto equals = segment.find('=');
    if (equals == std::string_view::npos) return {detail::trim(segment), {}};
    return {detail::trim(segment.substr(0, equals)), detail::trim(segment.substr(equals + 1))};
}

}  // namespace

std::optional<received_cookie> parse_set_cookie(std::string_view line) {
    if (std::any_of(line.begin(), line.end(), is_control)) return std::nullopt;
    auto rest = line;
    const auto pair = detail::split_pair(detail::take_segment(rest));
    received_cookie received;
    received.name = detail::trim(pair.name);
    received.value = detail::trim(pair.value);
    received.attributes = rest;
    if (received.name.empty()) return std::nullopt;
    if (received.name.size() + received.value.size() > longest_pair) return std::nullopt;
    while (!rest.empty()) {
        const auto [name, value] = split_attribute(detail::take_segment(rest));
        if (value.size() > longest_attribute_value) continue;
        if (boost::algorithm::iequals(name, "Max-Age")) {
            if (const auto age = parse_max_age(value)) received.max_age = age;
        } else if (boost::algorithm::iequals(name, "Expires")) {
            if (const auto date = parse_cookie_date(value)) received.expires = date;
        }
    }
    return received;
}

std::string without_domain(std::string_view line) {
    auto rest = line;
    // The pair comes first, and stays even if the cookie is called so.
    std::string kept(detail::take_segment(rest));
    while (!rest.empty()) {
        const auto segment = detail::take_segment(rest);
        if (boost::algorithm::iequals(split_attribute(segment).name, "Domain")) continue;
        kept.append(";").append(segment);
    }
    return kept;
}

}  // namespace cloche::cookies
