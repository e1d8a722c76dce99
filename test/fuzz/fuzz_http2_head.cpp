// The head of an HTTP/2 request that is taken cannot become anything else in HTTP/1.1: written down
// once more from what was read, it reads the same (PX-19, PX-20).
//
// The input: `name HTAB value` between record separators (0x1e); a `!` before them: a body follows.
#include "fuzz.hpp"
#include "http/head_parser.hpp"
#include "http/head_writer.hpp"
#include "http/http2_head.hpp"

#include <algorithm>
#include <string>

using namespace cloche;

namespace {

std::string written_again(const http::request_head& head) {
    std::string text;
    http::head_writer writer(text);
    writer.request_line(head.method_name, head.target);
    for (const auto& field : head.fields)
        writer.field(field.name, field.value);
    CLOCHE_REQUIRE(writer.finish());
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = fuzz::text_of(data, size);
    const bool has_body = rest.starts_with('!');
    if (has_body) rest.remove_prefix(1);

    http::head_limits limits;
    limits.bytes = 2048;
    http::http2_head gathered;
    bool cookies = false;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\x1e'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const std::string_view name = line.substr(0, line.find('\t'));
        const std::string_view value = line.substr(std::min(name.size() + 1, line.size()));
        cookies = cookies || name == "cookie";
        gathered.add(name, value, limits);
    }
    http::request_head head;
    if (!gathered.finish(!has_body, limits, head)) return 0;

    CLOCHE_REQUIRE(head.version_major == 2);
    CLOCHE_REQUIRE(
        head.target.starts_with('/') || head.target == "*" || head.verb == http::method::connect
    );
    int hosts = 0;
    int crumbs = 0;
    for (const auto& field : head.fields) {
        CLOCHE_REQUIRE(!fuzz::has_control_byte(field.name) && !fuzz::has_control_byte(field.value));
        hosts += field.id == http::field_id::host ? 1 : 0;
        crumbs += field.name == "cookie" ? 1 : 0;
    }
    CLOCHE_REQUIRE(hosts == 1 && crumbs <= 1 && (crumbs == 0 || cookies));

    const std::string text = written_again(head);
    http::head_limits wide;
    http::request_head again;
    CLOCHE_REQUIRE(http::parse_request_head(text, wide, again));
    CLOCHE_REQUIRE(again.method_name == head.method_name && again.target == head.target);
    CLOCHE_REQUIRE(again.fields.size() == head.fields.size());
    for (std::size_t i = 0; i < head.fields.size(); ++i) {
        CLOCHE_REQUIRE(again.fields[i].name == head.fields[i].name);
        CLOCHE_REQUIRE(again.fields[i].value == head.fields[i].value);
    }
    return 0;
}
