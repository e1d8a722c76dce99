// A request head that is accepted can be written again, and is then read as the same: nothing in it
// can be taken for something else, whoever reads it next.
#include "fuzz.hpp"
#include "http/head_parser.hpp"
#include "http/head_writer.hpp"
#include "http/target.hpp"

#include <string>

using namespace cloche;
using namespace cloche::http;

namespace {

std::size_t count(const request_head& head, field_id id) {
    std::size_t found = 0;
    for (const field& line : head.fields)
        found += line.id == id ? 1 : 0;
    return found;
}

void check_head(std::string_view block, const request_head& head) {
    CLOCHE_REQUIRE(count(head, field_id::host) == 1 && is_authority(head.value(field_id::host)));
    const std::size_t lengths = count(head, field_id::content_length);
    const std::size_t codings = count(head, field_id::transfer_encoding);
    CLOCHE_REQUIRE(lengths + codings <= 1);
    CLOCHE_REQUIRE((head.framing.kind == body_kind::length) == (lengths == 1));
    CLOCHE_REQUIRE((head.framing.kind == body_kind::chunked) == (codings == 1));
    CLOCHE_REQUIRE(head.version_minor == 1 || codings == 0);
    CLOCHE_REQUIRE(is_target_text(head.target) && split_target(head.target));
    for (const field& line : head.fields) {
        CLOCHE_REQUIRE(fuzz::is_within(line.name, block) && fuzz::is_within(line.value, block));
        CLOCHE_REQUIRE(!fuzz::has_control_byte(line.value));
        const bool underscored = line.name.find('_') != std::string_view::npos;
        CLOCHE_REQUIRE(line.id == (underscored ? field_id::underscored : identify(line.name)));
    }
}

void check_round_trip(const request_head& head) {
    std::string buffer;
    head_writer writer(buffer);
    writer.request_line(head.method_name, head.target);
    for (const field& line : head.fields)
        writer.field(line.name, line.value);
    CLOCHE_REQUIRE(writer.finish());

    request_head again;
    head_limits limits;
    limits.bytes = buffer.size();
    CLOCHE_REQUIRE(parse_request_head(buffer, limits, again));
    CLOCHE_REQUIRE(again.method_name == head.method_name && again.verb == head.verb);
    CLOCHE_REQUIRE(again.target == head.target);
    CLOCHE_REQUIRE(
        again.framing.kind == head.framing.kind && again.framing.length == head.framing.length
    );
    CLOCHE_REQUIRE(again.fields.size() == head.fields.size());
    for (std::size_t i = 0; i < head.fields.size(); ++i) {
        CLOCHE_REQUIRE(again.fields[i].id == head.fields[i].id);
        CLOCHE_REQUIRE(again.fields[i].name == head.fields[i].name);
        CLOCHE_REQUIRE(again.fields[i].value == head.fields[i].value);
    }
}

/// Bytes that trickle in end a head where they do at once.
void check_head_end(std::string_view input, std::size_t end) {
    std::size_t scanned = 0;
    for (std::size_t size = 0; size <= input.size(); size += 1 + size / 7) {
        const std::size_t found = find_head_end(input.substr(0, size), scanned);
        CLOCHE_REQUIRE(found == (end != 0 && end <= size ? end : 0));
        if (found != 0) return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    std::size_t scanned = 0;
    const std::size_t end = find_head_end(input, scanned);
    check_head_end(input, end);

    const std::string_view block = input.substr(0, end);
    request_head head;
    if (!parse_request_head(block, head_limits(), head)) return 0;
    check_head(block, head);
    check_round_trip(head);
    return 0;
}
