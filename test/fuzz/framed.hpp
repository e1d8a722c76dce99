// One request as a parser frames it, and the parsers of others that ours is compared with.
#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cloche::fuzz {

struct framed {
    std::string method;
    std::string target;
    std::string body;
    bool complete = false;
    std::size_t end = 0;  ///< where the request ends, if it is complete
};

/// How llhttp, the parser of Node, frames a request that we frame as `own` with a body of that
/// kind. Nothing if it refuses it for one of the reasons that are known to be harmless; any other
/// refusal is a finding.
std::optional<framed> frame_by_llhttp(
    std::string_view input, const framed& own, http::body_kind kind
);

/// How Boost.Beast frames it. Nothing if it refuses it.
std::optional<framed> frame_by_beast(std::string_view input);

}  // namespace cloche::fuzz
