#include "base/encoding.hpp"

#include <sodium/utils.h>

#include <boost/url/encode.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace cloche {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

// Of each byte.
constexpr auto hex_pairs = [] {
    std::array<std::array<char, 2>, 256> pairs{};
    for (std::size_t byte = 0; byte < pairs.size(); ++byte)
        pairs[byte] = {hex_digits[byte >> 4U], hex_digits[byte & 15U]};
    return pairs;
}();

constexpr int base64url = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

const unsigned char* octets(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_base64url_character(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/// The text before `delimiter`, which is taken off `rest` together with it.
std::string_view take_until(std::string_view& rest, char delimiter) noexcept {
    const auto at = rest.find(delimiter);
    const auto part = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return part;
}

/// One name or value of a form (URL Standard, application/x-www-form-urlencoded parsing).
std::optional<std::string> form_decode(std::string_view text) {
    std::string spaced(text);
    for (auto& c : spaced) {
        if (c == '+') c = ' ';
    }
    return percent_decode(spaced);
}

}  // namespace

std::string base64url_encode(std::string_view bytes) {
    // libsodium counts a closing NUL, which the string has beyond its size.
    std::string text(sodium_base64_encoded_len(bytes.size(), base64url) - 1, '\0');
    sodium_bin2base64(text.data(), text.size() + 1, octets(bytes), bytes.size(), base64url);
    return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
    // libsodium 1.0.18 takes some bytes beyond ASCII for characters of the alphabet.
    if (!std::all_of(text.begin(), text.end(), is_base64url_character)) return std::nullopt;
    std::string bytes(text.size() / 4 * 3 + 3, '\0');
    std::size_t size = 0;
    auto* out = reinterpret_cast<unsigned char*>(bytes.data());
    const auto outcome = sodium_base642bin(
        out, bytes.size(), text.data(), text.size(), nullptr, &size, nullptr, base64url
    );
    if (outcome != 0) return std::nullopt;
    bytes.resize(size);
    return bytes;
}

std::string hex_encode(std::string_view bytes) {
    std::string text;
    hex_append(text, bytes);
    return text;
}

void hex_append(std::string& to, std::string_view bytes) {
    const std::size_t begin = to.size();
    to.resize(begin + bytes.size() * 2);
    char* at = to.data() + begin;
    for (const char byte : bytes) {
        const auto& pair = hex_pairs[static_cast<unsigned char>(byte)];
        std::memcpy(at, pair.data(), pair.size());
        at += pair.size();
    }
}

std::optional<std::string> hex_decode(std::string_view text) {
    if (text.size() % 2 != 0 || text.find_first_not_of(hex_digits) != text.npos)
        return std::nullopt;
    const auto value = [](char digit) { return hex_digits.find(digit); };
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t at = 0; at < text.size(); at += 2)
        bytes += static_cast<char>(value(text[at]) * 16 + value(text[at + 1]));
    return bytes;
}

std::string percent_encode(std::string_view text) {
    return boost::urls::encode(text, boost::urls::unreserved_chars);
}

std::optional<std::string> percent_decode(std::string_view text) {
    const auto escaped = boost::urls::make_pct_string_view(text);
    if (!escaped) return std::nullopt;
    return escaped->decode();
}

std::optional<std::string> form_value(std::string_view encoded, std::string_view name) {
    while (!encoded.empty()) {
        auto value = take_until(encoded, '&');
        const auto found = form_decode(take_until(value, '='));
        if (found && *found == name) return form_decode(value);
    }
    return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> form_fields(std::string_view encoded) {
    std::vector<std::pair<std::string, std::string>> fields;
    while (!encoded.empty()) {
        auto value = take_until(encoded, '&');
        auto name = form_decode(take_until(value, '='));
        auto text = form_decode(value);
        if (name && !name->empty() && text) fields.emplace_back(std::move(*name), std::move(*text));
    }
    return fields;
}

}  // namespace cloche
