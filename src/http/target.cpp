#include "http/target.hpp"

#include "http/message.hpp"

#include <algorithm>
#include <array>

namespace cloche::http {
namespace {

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_unreserved(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}
constexpr char small(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
}

constexpr int hex_value(char c) noexcept {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// The byte that `%XX` at `at` stands for; -1 if there is no escape.
constexpr int escape_at(std::string_view text, std::size_t at) noexcept {
    if (text.size() - at < 3 || text[at] != '%') return -1;
    const int high = hex_value(text[at + 1]);
    const int low = hex_value(text[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_port(std::string_view text) noexcept {
    if (text.empty() || text.size() > 5) return false;
    unsigned port = 0;
    for (const char c : text) {
        if (!is_digit(c)) return false;
        port = port * 10 + static_cast<unsigned>(c - '0');
    }
    return port <= 65535;
}

/// IPv6address is left to the comparison with the configured hosts: here only its characters count.
bool is_bracketed_address(std::string_view text) noexcept {
    if (text.size() < 4 || text.size() > 47 || text.front() != '[' || text.back() != ']')
        return false;
    const std::string_view address = text.substr(1, text.size() - 2);
    return std::all_of(
               address.begin(),
               address.end(),
               [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; }
           ) &&
           std::count(address.begin(), address.end(), ':') >= 2;
}

bool is_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
    });
}

/// Splits `path[?query]`, which stands at the end of every form that has one.
void split_path(std::string_view path_and_query, request_target& target) noexcept {
    target.path_and_query = path_and_query;
    const std::size_t mark = path_and_query.find('?');
    target.path = path_and_query.substr(0, mark);
    target.has_query = mark != std::string_view::npos;
    if (target.has_query) target.query = path_and_query.substr(mark + 1);
}

std::size_t scheme_size(std::string_view target) noexcept {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (equal_ignoring_case(target.substr(0, scheme.size()), scheme)) return scheme.size();
    }
    return 0;
}

/// What check_path has to look at more closely.
enum path_byte : std::uint8_t { plain, slash, percent, forbidden };
constexpr std::array<path_byte, 256> path_bytes = [] {
    std::array<path_byte, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c) {
        table[c] = c <= 0x20 || c >= 0x7f || c == '\\' || c == '?' || c == '#' ? forbidden : plain;
    }
    table['/'] = slash;
    table['%'] = percent;
    return table;
}();

path_fault check_escape(std::string_view path, std::size_t at) noexcept {
    const int byte = escape_at(path, at);
    if (byte < 0 || byte == 0xc0 || byte == 0xc1) return path_fault::bad_escape;
    if (byte < 0x20 || byte == 0x7f) return path_fault::encoded_control;
    if (byte == '/' || byte == '\\') return path_fault::encoded_separator;
    if (byte < 0x80 && is_unreserved(static_cast<char>(byte)))
        return path_fault::encoded_unreserved;
    if (byte == '%' && path.size() - at >= 5 && hex_value(path[at + 3]) >= 0 &&
        hex_value(path[at + 4]) >= 0) {
        return path_fault::double_encoding;
    }
    return path_fault::none;
}

/// `segment` is everything behind a slash. Path parameters begin at `;`, or at its escape for
/// servers that decode first.
path_fault check_segment(std::string_view segment) noexcept {
    if (segment.empty()) return path_fault::none;
    if (segment.front() == '/') return path_fault::empty_segment;
    if (segment.front() != '.') return path_fault::none;
    segment.remove_prefix(segment.substr(0, 2) == ".." ? 2 : 1);
    const bool ends = segment.empty() || segment.front() == '/' || segment.front() == ';' ||
                      escape_at(segment, 0) == ';';
    return ends ? path_fault::dot_segment : path_fault::none;
}

/// Letters that become `i`, `k` or `s` when a server folds case by Unicode's rules.
struct folded_letter {
    std::string_view utf8;
    char ascii;
};
constexpr folded_letter foreign_letters[] = {
    {"\xc4\xb0", 'i'},      // U+0130
    {"\xc4\xb1", 'i'},      // U+0131
    {"\xc5\xbf", 's'},      // U+017F
    {"\xe2\x84\xaa", 'k'},  // U+212A
};

std::string decoded(std::string_view path) {
    std::string text;
    text.reserve(path.size());
    for (std::size_t i = 0; i < path.size(); ++i) {
        const int byte = escape_at(path, i);
        text.push_back(byte < 0 ? path[i] : static_cast<char>(byte));
        if (byte >= 0) i += 2;
    }
    return text;
}

constexpr std::string_view folded_away_at_end = "/. ";
constexpr std::string_view folded_away_in_segments = ". ";

}  // namespace

result<request_target> split_target(std::string_view text) {
    request_target target;
    if (!text.empty() && text.front() == '/') {
        split_path(text, target);
        return target;
    }
    if (text == "*") {
        target.form = target_form::asterisk;
        target.path_and_query = text;
        return target;
    }
    if (const std::size_t scheme = scheme_size(text); scheme != 0) {
        target.form = target_form::absolute;
        const std::string_view rest = text.substr(scheme);
        const std::size_t end = rest.find_first_of("/?");
        target.authority = rest.substr(0, end);
        if (!is_authority(target.authority)) CLOCHE_FAIL(errc::bad_request);
        // Without a path the origin form is `/` (RFC 9112 section 3.2.1); `?` needs a `/` before it
        // that is not there.
        if (end != std::string_view::npos && rest[end] == '?') CLOCHE_FAIL(errc::bad_request);
        split_path(
            end == std::string_view::npos ? std::string_view("/") : rest.substr(end), target
        );
        return target;
    }
    const std::size_t colon = text.rfind(':');
    if (!is_authority(text) || colon == std::string_view::npos || text.back() == ']') {
        CLOCHE_FAIL(errc::bad_request);
    }
    target.form = target_form::authority;
    target.authority = text;
    return target;
}

bool is_target_text(std::string_view text) noexcept {
    std::uint8_t bad = 0;
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        bad = static_cast<std::uint8_t>(bad | (byte < 0x21) | (byte > 0x7e) | (byte == '#'));
    }
    return bad == 0 && !text.empty();
}

bool is_authority(std::string_view text) noexcept {
    const bool bracketed = !text.empty() && text.front() == '[';
    const std::size_t host_end =
        bracketed ? text.find(']') + 1 : std::min(text.find(':'), text.size());
    const std::string_view host = text.substr(0, host_end);
    if (bracketed ? !is_bracketed_address(host) : !is_name(host)) return false;
    const std::string_view rest = text.substr(host_end);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
}

path_fault check_path(std::string_view path) noexcept {
    if (path.empty() || path.front() != '/') return path_fault::not_absolute;
    for (std::size_t i = 0; i < path.size(); ++i) {
        path_fault fault = path_fault::none;
        switch (path_bytes[static_cast<unsigned char>(path[i])]) {
            case plain:
                continue;
            case slash:
                fault = check_segment(path.substr(i + 1));
                break;
            case percent:
                fault = check_escape(path, i);
                break;
            case forbidden:
                fault = path_fault::forbidden_byte;
                break;
        }
        if (fault != path_fault::none) return fault;
    }
    return path_fault::none;
}

std::string_view describe(path_fault fault) noexcept {
    switch (fault) {
        case path_fault::none:
            return "in normal form";
        case path_fault::not_absolute:
            return "a path that does not begin with a slash";
        case path_fault::empty_segment:
            return "an empty path segment";
        case path_fault::dot_segment:
            return "a dot segment";
        case path_fault::forbidden_byte:
            return "a character that paths cannot hold";
        case path_fault::bad_escape:
            return "a broken percent escape";
        case path_fault::encoded_separator:
            return "an escaped slash or backslash";
        case path_fault::encoded_control:
            return "an escaped control character";
        case path_fault::encoded_unreserved:
            return "an escape of a character that needs none";
        case path_fault::double_encoding:
            return "a doubled percent escape";
    }
    return "";
}

std::string fold_path(std::string_view path) {
    const std::string text = decoded(path);
    std::string folded;
    folded.reserve(text.size());
    bool in_parameters = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '/') in_parameters = false;
        if (text[i] == ';') in_parameters = true;
        if (text[i] == '/') folded.erase(folded.find_last_not_of(folded_away_in_segments) + 1);
        // A segment of nothing but parameters is none to servers that cut them off.
        if (in_parameters || (text[i] == '/' && folded.ends_with('/'))) continue;
        const std::string_view rest = std::string_view(text).substr(i);
        const auto letter = std::find_if(
            std::begin(foreign_letters),
            std::end(foreign_letters),
            [rest](const folded_letter& candidate) {
                return rest.substr(0, candidate.utf8.size()) == candidate.utf8;
            }
        );
        if (letter == std::end(foreign_letters)) {
            folded.push_back(small(text[i]));
        } else {
            folded.push_back(letter->ascii);
            i += letter->utf8.size() - 1;
        }
    }
    folded.erase(folded.find_last_not_of(folded_away_at_end) + 1);
    return folded;
}

bool is_spelling_of_any(std::string_view path, std::span<const std::string> folded) {
    const bool usual =
        path.find('%') == std::string_view::npos && path.find(';') == std::string_view::npos &&
        path.find("./") == std::string_view::npos &&
        (path.empty() || folded_away_at_end.find(path.back()) == std::string_view::npos);
    const std::string copy = usual ? std::string() : fold_path(path);
    const std::string_view seen = usual ? path : copy;
    return std::any_of(folded.begin(), folded.end(), [seen](const std::string& each) {
        return equal_ignoring_case(seen, each);
    });
}

}  // namespace cloche::http
