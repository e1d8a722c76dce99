// Whatever `next` is let through, a browser that follows it stays on this origin and outside the
// reserved paths. The browser is the URL Standard's parser for a reference against an https base,
// in short and at its most lenient.
#include "base/encoding.hpp"
#include "fuzz.hpp"
#include "gateway/return_to.hpp"
#include "http/target.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace cloche;

namespace {

const std::vector<std::string> reserved = {"/auth", "/api/auth", "/api/proxy"};

/// Tabs and line ends go wherever they stand, control bytes and spaces at the start; `\` is `/`.
std::string as_browsers_read(std::string_view reference) {
    std::string text;
    for (const char c : reference) {
        if (c == '\t' || c == '\r' || c == '\n') continue;
        if (text.empty() && static_cast<unsigned char>(c) <= 0x20) continue;
        text.push_back(c == '\\' ? '/' : c);
    }
    return text;
}

bool is_dot(std::string_view segment) {
    return segment == ".";
}

/// The path without dot segments, escaped ones too.
std::string resolved_path(const std::string& text) {
    const std::string path = percent_decode(text.substr(0, text.find_first_of("?#"))).value_or("/");
    std::vector<std::string> kept;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at + 1), path.size());
        const std::string segment = path.substr(at + 1, end - at - 1);
        if (segment == "..") {
            if (!kept.empty()) kept.pop_back();
        } else if (!is_dot(segment)) {
            kept.push_back(segment);
        }
        at = end;
    }
    std::string resolved;
    for (const std::string& segment : kept)
        resolved += "/" + segment;
    return resolved.empty() ? "/" : resolved;
}

std::string small(std::string text) {
    for (char& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view next = fuzz::text_of(data, size);
    if (!gateway::is_safe_return(next, reserved)) return 0;

    // As it is, and as it is to whoever decodes it once more.
    for (const std::string& form : {std::string(next), percent_decode(next).value()}) {
        const std::string text = as_browsers_read(form);
        CLOCHE_REQUIRE(text.starts_with('/') && !text.starts_with("//"));
        const std::string path = small(resolved_path(text));
        CLOCHE_REQUIRE(!path.starts_with("//"));
        for (const std::string& prefix : reserved) {
            CLOCHE_REQUIRE(
                path != prefix && !path.starts_with(prefix + "/") && !path.starts_with(prefix + ";")
            );
        }
    }
    CLOCHE_REQUIRE(!fuzz::has_control_byte(next));
    return 0;
}
