#include "framed.hpp"
#include "fuzz.hpp"

#include <llhttp.h>

namespace cloche::fuzz {
namespace {

framed& request_of(llhttp_t* parser) {
    return *static_cast<framed*>(parser->data);
}

/// It knows only the methods that are registered, not every byte that browsers put into a target;
/// and it reads chunk extensions and trailers, which we drop: among the trailers it minds fields
/// that would frame a message.
bool is_harmless_refusal(
    const framed& own,
    http::body_kind kind,
    const framed& other,
    llhttp_errno_t failure,
    std::string_view reason
) {
    switch (failure) {
        case HPE_INVALID_METHOD:
        case HPE_INVALID_URL:
        case HPE_INVALID_CHUNK_SIZE:      // also for a second extension behind one with a value
        case HPE_INVALID_CONTENT_LENGTH:  // also for a tab behind it
        case HPE_INVALID_TRANSFER_ENCODING:
            return true;
        case HPE_STRICT:
            return reason.starts_with("Invalid character in chunk extensions");
        case HPE_INVALID_VERSION:
            return own.method == "PRI";  // which begins HTTP/2 to it, and nothing to us
        case HPE_UNEXPECTED_CONTENT_LENGTH:
            return kind == http::body_kind::chunked && own.body == other.body;
        default:
            return false;
    }
}

}  // namespace

std::optional<framed> frame_by_llhttp(
    std::string_view input, const framed& own, http::body_kind kind
) {
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
    framed request;
    llhttp_t parser;
    llhttp_init(&parser, HTTP_REQUEST, &settings);
    parser.data = &request;
    const llhttp_errno_t failure = llhttp_execute(&parser, input.data(), input.size());
    if (request.complete) {
        request.end = static_cast<std::size_t>(llhttp_get_error_pos(&parser) - input.data());
    }
    if (failure != HPE_OK && failure != HPE_PAUSED && failure != HPE_PAUSED_UPGRADE) {
        CLOCHE_REQUIRE(
            is_harmless_refusal(own, kind, request, failure, llhttp_get_error_reason(&parser))
        );
        return std::nullopt;
    }
    // A tab behind `chunked` makes it another coding to it: refused, but for a request that asks
    // for another protocol too, whose body it then takes for that.
    const bool knows_coding = (parser.flags & F_CHUNKED) != 0;
    if (kind == http::body_kind::chunked && parser.upgrade != 0 && !knows_coding)
        return std::nullopt;
    return request;
}

}  // namespace cloche::fuzz
