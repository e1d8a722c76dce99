// Whatever request we accept, others frame the same: method, target, body, and where the next
// request begins. The others are llhttp and Boost.Beast, which each accept things that we do not; a
// request that we refuse may be anything to them. Where one of them refuses what we accept, nothing
// is smuggled.
#include "framed.hpp"
#include "fuzz.hpp"
#include "http/framing.hpp"
#include "http/head_parser.hpp"

using namespace cloche;
using namespace cloche::http;
using cloche::fuzz::framed;

namespace {

/// False: we refuse it.
bool frame_ourselves(std::string_view input, framed& request, body_kind& kind) {
    std::size_t scanned = 0;
    const std::size_t head_end = find_head_end(input, scanned);
    request_head head;
    if (head_end == 0 || !parse_request_head(input.substr(0, head_end), head_limits(), head))
        return false;
    request.method = head.method_name;
    request.target = head.target;
    kind = head.framing.kind;
    body_decoder decoder(head.framing);
    std::string_view rest = input.substr(head_end);
    while (!decoder.done() && !rest.empty()) {
        const auto step = decoder.decode(rest);
        if (!step) return false;
        request.body += step->content;
        rest.remove_prefix(step->consumed);
    }
    request.complete = decoder.done();
    request.end = input.size() - rest.size();
    return true;
}

void compare(const framed& own, const framed& other) {
    CLOCHE_REQUIRE(own.method == other.method);
    CLOCHE_REQUIRE(own.target == other.target);
    CLOCHE_REQUIRE(own.body == other.body);
    CLOCHE_REQUIRE(own.complete == other.complete);
    CLOCHE_REQUIRE(!own.complete || own.end == other.end);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    framed own;
    body_kind kind = body_kind::none;
    // CONNECT is no request to us, and the tunnel behind it is no body. The gateway refuses it.
    if (!frame_ourselves(input, own, kind) || own.method == "CONNECT") return 0;
    if (const auto other = fuzz::frame_by_llhttp(input, own, kind)) compare(own, *other);
    if (const auto other = fuzz::frame_by_beast(input)) compare(own, *other);
    return 0;
}
