// Where a frame ends does not depend on how its bytes come, and the rest of one is what it takes to
// get between two.
#include "fuzz.hpp"
#include "http/websocket_frames.hpp"

#include <string>

using namespace cloche;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = fuzz::text_of(data, size);
    http::websocket_frames whole;
    whole.pass(bytes);

    http::websocket_frames stepwise;
    std::string_view left = bytes;
    while (!left.empty()) {
        const std::size_t rest = stepwise.rest_of_frame(left);
        CLOCHE_REQUIRE(rest <= left.size());
        CLOCHE_REQUIRE(stepwise.between() == (rest == 0));
        // One byte begins a frame that is not on; the rest of one is passed at once.
        const std::size_t step = rest == 0 ? 1 : rest;
        stepwise.pass(left.substr(0, step));
        if (rest > 0) CLOCHE_REQUIRE(stepwise.between() || step == left.size());
        left.remove_prefix(step);
    }
    CLOCHE_REQUIRE(whole.between() == stepwise.between());
    CLOCHE_REQUIRE(whole.closed() == stepwise.closed());
    CLOCHE_REQUIRE(
        whole.rest_of_frame("0123456789abcdef") == stepwise.rest_of_frame("0123456789abcdef")
    );
    return 0;
}
