#include "http/trace_context.hpp"

#include "base/encoding.hpp"

#include <algorithm>

namespace cloche::http {
namespace {

constexpr std::size_t version_size = 2;
constexpr std::size_t trace_id_size = 32;
constexpr std::size_t parent_id_size = 16;
constexpr std::size_t flags_size = 2;
constexpr std::size_t trace_id_at = version_size + 1;
constexpr std::size_t parent_id_at = trace_id_at + trace_id_size + 1;
constexpr std::size_t flags_at = parent_id_at + parent_id_size + 1;
constexpr std::size_t whole_size = flags_at + flags_size;
constexpr std::size_t longest_request_id = 128;

/// HEXDIGLC: capitals are not allowed.
bool is_hex(std::string_view text) noexcept {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_zero(std::string_view text) noexcept {
    return text.find_first_not_of('0') == std::string_view::npos;
}

bool is_odd_digit(char hex) noexcept {
    return std::string_view("13579bdf").find(hex) != std::string_view::npos;
}

bool is_sane_id(std::string_view text) noexcept {
    return !text.empty() && text.size() <= longest_request_id &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_' || c == ':';
           });
}

/// An id must not be all zeros.
void append_id(std::string& to, std::string_view random) {
    const std::size_t begin = to.size();
    hex_append(to, random);
    if (is_zero(std::string_view(to).substr(begin))) to.back() = '1';
}

}  // namespace

std::optional<trace_parent> parse_traceparent(std::string_view value) noexcept {
    if (value.size() < whole_size) return std::nullopt;
    const std::string_view version = value.substr(0, version_size);
    if (!is_hex(version) || version == "ff") return std::nullopt;
    if (value.size() > whole_size && (version == "00" || value[whole_size] != '-'))
        return std::nullopt;
    if (value[trace_id_at - 1] != '-' || value[parent_id_at - 1] != '-' ||
        value[flags_at - 1] != '-') {
        return std::nullopt;
    }
    trace_parent parsed;
    parsed.trace_id = value.substr(trace_id_at, trace_id_size);
    parsed.parent_id = value.substr(parent_id_at, parent_id_size);
    parsed.flags = value.substr(flags_at, flags_size);
    const bool valid = is_hex(parsed.trace_id) && is_hex(parsed.parent_id) &&
                       is_hex(parsed.flags) && !is_zero(parsed.trace_id) &&
                       !is_zero(parsed.parent_id);
    return valid ? std::optional(parsed) : std::nullopt;
}

std::string next_traceparent(std::string_view incoming, std::string_view random) {
    const auto parent = parse_traceparent(incoming);
    const std::string_view for_parent_id = random.substr(0, parent_id_size / 2);
    std::string next;
    next.reserve(whole_size);
    next.append("00-");
    if (parent) {
        next.append(parent->trace_id);
    } else {
        append_id(next, random.substr(parent_id_size / 2, trace_id_size / 2));
    }
    next.push_back('-');
    append_id(next, for_parent_id);
    // Of the flags of a version that may not be ours, only `sampled` is known to mean the same.
    const bool sampled = !parent || is_odd_digit(parent->flags.back());
    next.append(sampled ? "-01" : "-00");
    return next;
}

std::string request_id(std::string_view incoming, bool peer_is_trusted, std::string_view random) {
    if (peer_is_trusted && is_sane_id(incoming)) return std::string(incoming);
    return hex_encode(random.substr(0, request_id_random));
}

}  // namespace cloche::http
