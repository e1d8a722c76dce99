// Where a body ends: counts a body of known length, and takes the chunked coding apart (RFC 9112 section 7.1). Pure.
#pragma once

#include "base/result.hpp"
#include "http/errc.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cloche::http {

/// Decodes one body, piece by piece. Chunk extensions are bounded and dropped, trailers bounded and discarded,
/// line ends are CRLF and nothing else (PX-8).
class body_decoder {
public:
    body_decoder() = default;
    explicit body_decoder(body_framing framing) noexcept;

    struct step {
        std::size_t consumed = 0;  ///< bytes taken from the front of the input
        std::string_view content;  ///< body bytes, a view into the input; may be empty
    };
    /// Takes what it can of `input`: at most one stretch of content a call. Nothing consumed and no content
    /// means that more input is needed. Errors: errc::bad_request.
    result<step> decode(std::string_view input);

    bool done() const noexcept;
    /// For a body that ends with the connection: the end has come.
    void at_close() noexcept;
    /// What is left of a body of known length; 0 otherwise.
    std::uint64_t remaining() const noexcept;

private:
    enum class state { done, length, until_close, size, extension, size_lf, data, data_cr, data_lf, trailer_start, trailer, trailer_lf, final_lf };
    state state_ = state::done;
    std::uint64_t left_ = 0;
    unsigned digits_ = 0;
    std::size_t spent_ = 0;  ///< bytes of extensions or trailers so far
};

}  // namespace cloche::http
