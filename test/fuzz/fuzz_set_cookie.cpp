// A cookie that we write is read back as it was meant and fits into what browsers keep; and a line
// that we pass on has lost its Domain (CK-14) and nothing else that counts.
#include "cookies/received_cookie.hpp"
#include "cookies/set_cookie.hpp"
#include "fuzz.hpp"

#include <algorithm>
#include <string>

using namespace cloche;

namespace {

std::string small(std::string_view text) {
    std::string folded(text);
    for (char& c : folded)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
    return folded;
}

bool has_attribute(std::string_view attributes, std::string_view name) {
    while (!attributes.empty()) {
        const std::size_t end = std::min(attributes.find(';'), attributes.size());
        std::string_view attribute = attributes.substr(0, end);
        attribute = attribute.substr(0, attribute.find('='));
        const std::size_t begin = attribute.find_first_not_of(" \t");
        if (begin != std::string_view::npos) {
            attribute = attribute.substr(begin, attribute.find_last_not_of(" \t") - begin + 1);
            if (small(attribute) == name) return true;
        }
        attributes.remove_prefix(std::min(end + 1, attributes.size()));
    }
    return false;
}

void check_written(
    std::string_view name,
    std::string_view value,
    seconds max_age,
    const cookies::cookie_scope& scope
) {
    const auto line = cookies::set_cookie(name, value, max_age, scope);
    if (!line) return;
    CLOCHE_REQUIRE(line->size() <= 4096 && !fuzz::has_control_byte(*line));
    const auto read = cookies::parse_set_cookie(*line);
    CLOCHE_REQUIRE(read && read->name == name && read->value == value);
    CLOCHE_REQUIRE(
        read->max_age && *read->max_age <= seconds(34'560'000) && *read->max_age >= seconds(0)
    );
    CLOCHE_REQUIRE(
        has_attribute(read->attributes, "httponly") && has_attribute(read->attributes, "path")
    );
    CLOCHE_REQUIRE(
        has_attribute(read->attributes, "samesite") && !has_attribute(read->attributes, "domain")
    );
    CLOCHE_REQUIRE(has_attribute(read->attributes, "secure") == scope.secure);
    CLOCHE_REQUIRE(cookies::check_name(name, scope));

    const auto gone = cookies::expire_cookie(name, scope);
    CLOCHE_REQUIRE(gone);
    const auto expired = cookies::parse_set_cookie(*gone);
    CLOCHE_REQUIRE(expired && expired->name == name && expired->max_age == seconds(0));
}

void check_received(std::string_view line) {
    const auto read = cookies::parse_set_cookie(line);
    if (!read) return;
    CLOCHE_REQUIRE(!read->name.empty() && !fuzz::has_control_byte(line));
    const std::string passed = cookies::without_domain(line);
    const auto again = cookies::parse_set_cookie(passed);
    CLOCHE_REQUIRE(again && again->name == read->name && again->value == read->value);
    CLOCHE_REQUIRE(again->max_age == read->max_age && again->expires == read->expires);
    CLOCHE_REQUIRE(!has_attribute(again->attributes, "domain"));
    for (const char* const kept : {"secure", "httponly", "samesite", "path"}) {
        CLOCHE_REQUIRE(
            has_attribute(again->attributes, kept) == has_attribute(read->attributes, kept)
        );
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_received(fuzz::text_of(data, size));
    if (size < 3) return 0;
    cookies::cookie_scope scope;
    scope.secure = (data[0] & 1) != 0;
    scope.site = (data[0] & 2) != 0 ? cookies::same_site::lax : cookies::same_site::strict;
    const auto max_age = seconds((static_cast<std::int64_t>(data[1]) - 8) * 1'000'000 + data[2]);
    const std::string_view text = fuzz::text_of(data + 3, size - 3);
    const std::size_t cut = std::min(text.find('='), text.size());
    check_written(text.substr(0, cut), text.substr(std::min(cut + 1, text.size())), max_age, scope);
    return 0;
}
