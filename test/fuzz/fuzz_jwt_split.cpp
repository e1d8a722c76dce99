// A token that is split consists of its three parts and nothing else, and each part has one
// spelling: no two texts are the same token (TK-5).
#include "base/encoding.hpp"
#include "fuzz.hpp"
#include "tokens/jwt.hpp"

#include <string>

using namespace cloche;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view token = fuzz::text_of(data, size);
    const auto parts = tokens::split_jwt(token);
    const auto decoded = tokens::decode_unverified(token);
    CLOCHE_REQUIRE(parts || !decoded);
    if (!parts) return 0;

    CLOCHE_REQUIRE(token.size() <= 16 * 1024);
    std::string joined(parts->header);
    joined.append(1, '.').append(parts->payload).append(1, '.').append(parts->signature);
    CLOCHE_REQUIRE(joined == token);
    for (const std::string_view part : {parts->header, parts->payload, parts->signature}) {
        const auto bytes = base64url_decode(part);
        CLOCHE_REQUIRE(!part.empty() && bytes && base64url_encode(*bytes) == part);
    }
    CLOCHE_REQUIRE(
        decoded.has_value() ==
        (tokens::decode_part(parts->header) && tokens::decode_part(parts->payload))
    );
    if (!decoded) return 0;

    // Both claims lie between the years 1970 and 9999.
    if (const auto life = tokens::life_of(decoded->claims)) {
        CLOCHE_REQUIRE(*life >= seconds(1) && *life <= seconds(253'402'300'799));
    }
    return 0;
}
