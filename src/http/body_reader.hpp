// Takes a body out of what was read, one stretch ahead of its user: so that the last stretch is
// known to be the last without another read. Pure; views only.
#pragma once

#include "http/framing.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <string_view>

namespace cloche::http {

class body_reader {
public:
    /// A body in that framing, of which `input` has come already, with whatever follows it.
    void begin(body_framing framing, std::string_view input) noexcept;
    /// More was read: `input` begins with what rest() was.
    void feed(std::string_view input) noexcept { rest_ = input; }
    /// A body delimited by close: it is complete.
    void at_close() noexcept { decoder_.at_close(); }

    /// The next stretch of content; empty if more must be read, and at the end. Errors:
    /// bad_request, also ever after.
    result<std::string_view> next();

    /// Everything was given out.
    bool done() const noexcept { return ahead_.empty() && decoder_.done(); }
    /// What is not decoded yet; once done, what follows the body.
    std::string_view rest() const noexcept { return rest_; }
    /// Bytes still to be read of a body of declared length; else 0.
    std::uint64_t missing() const noexcept {
        const auto left = decoder_.remaining();
        return left > rest_.size() ? left - rest_.size() : 0;
    }

private:
    void look_ahead();

    body_decoder decoder_;
    std::string_view rest_;
    std::string_view ahead_;
    error fault_;
};

}  // namespace cloche::http
