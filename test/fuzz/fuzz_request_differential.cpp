// Whatever request we accept, llhttp (the parser of Node) frames the same: method, target, body,
// and where the next request begins. A request that we refuse may be anything to it. If llhttp
// refuses what we accept, nothing is smuggled either, but the reasons that are known to be harmless
// are named.
#include "fuzz.hpp"
#include "http/framing.hpp"
#include "http/head_parser.hpp"

#include <llhttp.h>

#include <string>

using namespace cloche;
using namespace cloche::http;

namespace {

struct framed {
    std::string method;
    std::string target;
    std::string body;
    bool complete = false;
    std::size_t end = 0;  ///< where complete
};

struct oracle_answer {
    framed request;
    llhttp_errno_t failure = HPE_OK;
    std::string reason;
};

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

framed& request_of(llhttp_t* parser) {
    return *static_cast<framed*>(parser->data);
}

oracle_answer frame_by_llhttp(std::string_view input) {
    llhttp_settings_t settings;
    llhttp_settings_init(&settings);
    settings.on_method = [](llhttp_t* parser, const char* at, std::size_t size) {
        request_of(parser).method.append(at, size);
        return 0;
    };
    settings.on_url = [](llhttp_t* parser, const char* at, std::size_t size) {
        request_of(parser).target.append(at, size);
        return 0;
    };
    settings.on_body = [](llhttp_t* parser, const char* at, std::size_t size) {
        request_of(parser).body.append(at, size);
        return 0;
    };
    settings.on_message_complete = [](llhttp_t* parser) -> int {
        request_of(parser).complete = true;
        return HPE_PAUSED;
    };
    oracle_answer answer;
    llhttp_t parser;
    llhttp_init(&parser, HTTP_REQUEST, &settings);
    parser.data = &answer.request;
    answer.failure = llhttp_execute(&parser, input.data(), input.size());
    if (answer.failure != HPE_OK) answer.reason = llhttp_get_error_reason(&parser);
    if (answer.request.complete) {
        answer.request.end = static_cast<std::size_t>(llhttp_get_error_pos(&parser) - input.data());
    }
    return answer;
}

/// It knows only the methods that are registered, not every byte that browsers put into a target;
/// and it reads chunk extensions and trailers, which we drop: among the trailers it minds fields
/// that would frame a message.
bool is_harmless_refusal(const framed& own, body_kind kind, const oracle_answer& other) {
    switch (other.failure) {
        case HPE_INVALID_METHOD:
        case HPE_INVALID_URL:
        case HPE_INVALID_CHUNK_SIZE:      // also for a second extension behind one with a value
        case HPE_INVALID_CONTENT_LENGTH:  // also for a tab behind it
        case HPE_INVALID_TRANSFER_ENCODING:
            return true;
        case HPE_STRICT:
            return other.reason.starts_with("Invalid character in chunk extensions");
        case HPE_UNEXPECTED_CONTENT_LENGTH:
            return kind == body_kind::chunked && own.body == other.request.body;
        default:
            return false;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    framed own;
    body_kind kind = body_kind::none;
    if (!frame_ourselves(input, own, kind)) return 0;
    const oracle_answer other = frame_by_llhttp(input);

    if (is_harmless_refusal(own, kind, other)) return 0;
    // CONNECT is no request to us, and the tunnel behind it is no body. The gateway refuses it.
    if (own.method == "CONNECT") return 0;
    CLOCHE_REQUIRE(
        other.failure == HPE_OK || other.failure == HPE_PAUSED ||
        other.failure == HPE_PAUSED_UPGRADE
    );
    CLOCHE_REQUIRE(own.method == other.request.method);
    CLOCHE_REQUIRE(own.target == other.request.target);
    CLOCHE_REQUIRE(own.body == other.request.body);
    CLOCHE_REQUIRE(own.complete == other.request.complete);
    CLOCHE_REQUIRE(!own.complete || own.end == other.request.end);
    return 0;
}
