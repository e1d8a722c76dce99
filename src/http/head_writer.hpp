// Writes heads into one buffer that is kept between messages. Refuses CR, LF and NUL (PX-20).
#pragma once

#include "base/result.hpp"
#include "http/errc.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cloche::http {

class head_writer {
public:
    /// Appends to `buffer`, which the caller owns.
    explicit head_writer(std::string& buffer) : out_(buffer) {}

    void request_line(std::string_view method, std::string_view target);
    void status_line(unsigned status);
    void field(std::string_view name, std::string_view value);
    void field(std::string_view name, std::uint64_t value);
    /// The empty line. Errors: errc::bad_field if any part held CR, LF or NUL (or a name that is no token);
    /// nothing of the buffer may be sent then.
    result<void> finish();

private:
    void checked(std::string_view text);
    std::string& out_;
    bool bad_ = false;
};

}  // namespace cloche::http
