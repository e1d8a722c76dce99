// The head of an answer as HTTP/2 sends it: names in lower case, and what never may stand in a
// compression table marked (RFC 9113 section 8.2, RFC 7541 section 7.1.3). The one way a field
// leaves over HTTP/2; refuses what `head_writer` does.
//
// For http2_stream.
#pragma once

#include "base/result.hpp"
#include "http/errc.hpp"

#include <nghttp2/nghttp2.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::http {

class http2_answer_head {
public:
    /// Forgets the head before.
    void status(unsigned code);
    /// What `value` shows must live until finish() and what it gave are done with.
    void field(std::string_view name, std::string_view value);
    void content_length(std::uint64_t bytes);
    /// Views of this. Errors: bad_field.
    result<std::span<const nghttp2_nv>> finish();

private:
    std::string names_;  ///< one behind the other
    std::vector<nghttp2_nv> fields_;
    std::array<char, 24> status_{};
    std::array<char, 24> length_{};
    bool bad_ = false;
};

}  // namespace cloche::http
