// A response head that is accepted can be written again, and its framing follows RFC 9112
// section 6.3 and nothing else.
#include "fuzz.hpp"
#include "http/head_parser.hpp"
#include "http/head_writer.hpp"

#include <string>

using namespace cloche;
using namespace cloche::http;

namespace {

std::size_t count(const response_head& head, field_id id) {
    std::size_t found = 0;
    for (const field& line : head.fields)
        found += line.id == id ? 1 : 0;
    return found;
}

void check_framing(const response_head& head, method verb) {
    const std::size_t lengths = count(head, field_id::content_length);
    const std::size_t codings = count(head, field_id::transfer_encoding);
    CLOCHE_REQUIRE(lengths + codings <= 1);
    const bool bodyless =
        verb == method::head || head.status < 200 || head.status == 204 || head.status == 304;
    const body_kind expected = bodyless       ? body_kind::none
                               : codings == 1 ? body_kind::chunked
                               : lengths == 1 ? body_kind::length
                                              : body_kind::until_close;
    CLOCHE_REQUIRE(head.framing.kind == expected);
    CLOCHE_REQUIRE(expected != body_kind::until_close || !head.keep_alive);
}

void check_round_trip(const response_head& head, method verb) {
    std::string buffer;
    head_writer writer(buffer);
    writer.status_line(head.status);
    for (const field& line : head.fields)
        writer.field(line.name, line.value);
    CLOCHE_REQUIRE(writer.finish());

    response_head again;
    head_limits limits;
    limits.bytes = buffer.size();
    CLOCHE_REQUIRE(parse_response_head(buffer, limits, verb, again));
    CLOCHE_REQUIRE(again.status == head.status);
    CLOCHE_REQUIRE(
        again.framing.kind == head.framing.kind && again.framing.length == head.framing.length
    );
    CLOCHE_REQUIRE(again.fields.size() == head.fields.size());
    for (std::size_t i = 0; i < head.fields.size(); ++i) {
        CLOCHE_REQUIRE(again.fields[i].name == head.fields[i].name);
        CLOCHE_REQUIRE(again.fields[i].value == head.fields[i].value);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view block = fuzz::text_of(data, size);
    for (const method verb : {method::get, method::head}) {
        response_head head;
        if (!parse_response_head(block, head_limits(), verb, head)) continue;
        CLOCHE_REQUIRE(head.status >= 100 && head.status <= 999);
        CLOCHE_REQUIRE(!fuzz::has_control_byte(head.reason));
        for (const field& line : head.fields) {
            CLOCHE_REQUIRE(fuzz::is_within(line.name, block) && fuzz::is_within(line.value, block));
            CLOCHE_REQUIRE(!line.name.empty() && !fuzz::has_control_byte(line.value));
        }
        check_framing(head, verb);
        check_round_trip(head, verb);
    }
    return 0;
}
