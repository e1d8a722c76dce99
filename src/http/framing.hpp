// Where a body ends: counts a body of known length, and takes the chunked coding apart (RFC 9112
// section 7.1). Pure.
//
// Not for deciding how a message is delimited, which is the head parser's. For the connections of
// both sides.
#pragma once

#include "base/result.hpp"
#include "http/errc.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cloche::http {

/// Decodes one body, piece by piece, copying nothing. Chunk extensions are dropped (256 bytes a
/// chunk and 16 KiB a body at most), trailers are discarded (8 KiB at most), line ends are CRLF and
/// nothing else (PX-8).
class body_decoder {
public:
    body_decoder() = default;
    explicit body_decoder(body_framing framing) noexcept;

    struct step {
        std::size_t consumed = 0;  ///< bytes taken from the front of the input
        std::string_view content;  ///< body bytes, a view into the input; may be empty
    };
    /// Takes what it can of `input`: at most one stretch of content a call. Nothing consumed and no
    /// content means that more input is needed. What follows the end of the body is left alone.
    /// Errors: errc::bad_request, after which the decoder must not be used any more.
    result<step> decode(std::string_view input);

    bool done() const noexcept;
    /// For a body that ends with the connection: the end has come.
    void at_close() noexcept;
    /// What is left of a body of known length; 0 otherwise.
    std::uint64_t remaining() const noexcept;

private:
    enum class state : std::uint8_t {
        done,
        length,
        until_close,
        size,
        extension,
        quoted,       ///< quoted-string in an extension
        quoted_pair,  ///< behind a backslash in one
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer_start,
        trailer_name,
        trailer_value,
        trailer_lf,
        final_lf,
    };
    std::string_view take_content(std::string_view input) noexcept;
    /// One byte of the chunked coding's own; false if it must not be there.
    bool take_syntax(char c) noexcept;
    bool take_extension(char c) noexcept;
    bool begin_chunk() noexcept;

    state state_ = state::done;
    std::uint64_t left_ = 0;           ///< of the body, or of the chunk
    unsigned digits_ = 0;              ///< of the chunk's size so far
    std::size_t chunk_extension_ = 0;  ///< bytes of this chunk's extensions so far
    std::size_t spent_ = 0;            ///< bytes of all extensions, then of the trailers, so far
};

}  // namespace cloche::http
