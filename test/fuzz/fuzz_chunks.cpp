// A chunked body is decoded to the same bytes, ends at the same place and is refused for the same
// reasons however it arrives.
#include "fuzz.hpp"
#include "http/framing.hpp"

#include <algorithm>
#include <string>

using namespace cloche;
using namespace cloche::http;

namespace {

struct outcome {
    bool refused = false;
    bool done = false;
    std::size_t consumed = 0;
    std::string content;

    bool operator==(const outcome&) const = default;
};

outcome decode(std::string_view input, std::size_t piece) {
    body_framing framing;
    framing.kind = body_kind::chunked;
    body_decoder decoder(framing);
    outcome all;
    while (!decoder.done() && all.consumed < input.size()) {
        const std::string_view offered = input.substr(all.consumed, piece);
        const auto step = decoder.decode(offered);
        if (!step) {
            all.refused = true;
            // How far it got before depends on the pieces; what it gave out by then does not.
            all.consumed = 0;
            return all;
        }
        CLOCHE_REQUIRE(step->consumed > 0 && step->consumed <= offered.size());
        CLOCHE_REQUIRE(fuzz::is_within(step->content, offered));
        all.content += step->content;
        all.consumed += step->consumed;
    }
    all.done = decoder.done();
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input = fuzz::text_of(data + 1, size - 1);
    const outcome whole = decode(input, std::max<std::size_t>(input.size(), 1));
    CLOCHE_REQUIRE(whole == decode(input, 1));
    CLOCHE_REQUIRE(whole == decode(input, 1 + data[0] % 64u));
    CLOCHE_REQUIRE(whole.content.size() <= input.size());
    CLOCHE_REQUIRE(!whole.done || input.substr(0, whole.consumed).ends_with("\r\n\r\n"));
    return 0;
}
