// Writes heads into one buffer that is kept between messages: the one way a field leaves the
// process. Refuses CR, LF, NUL and every other control byte but HTAB (PX-20). Pure.
//
// Not for deciding what is sent: framing, hop-by-hop fields and the like are its caller's. For
// http's connections.
#pragma once

#include "base/result.hpp"
#include "http/errc.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cloche::http {

class head_writer {
public:
    /// Appends to `buffer`, which the caller owns, and which is to be read after finish() only.
    explicit head_writer(std::string& buffer) noexcept
        : out_(buffer), start_(buffer.size()), end_(start_) {}

    void request_line(std::string_view method, std::string_view target);
    void status_line(unsigned status);
    void field(std::string_view name, std::string_view value);
    void field(std::string_view name, std::uint64_t value);
    /// The empty line. Errors: errc::bad_field if any part held a control byte, a name or method
    /// was no token, or the target was empty or held a space; the buffer is then as it was before
    /// this head.
    result<void> finish();

private:
    class line;

    std::string& out_;  ///< with room behind what has been written
    std::size_t start_;
    std::size_t end_;
    std::size_t lines_ = 0;
    bool bad_ = false;
};

}  // namespace cloche::http
