// The head of an HTTP/2 request: gathers what HPACK gives, field by field, and writes it down as
// the HTTP/1.1 head that it stands for (RFC 9113 section 8.3), which the one strict parser then
// reads. So what a request may say, and how long it may be, is the same in both protocols, and
// nothing can be smuggled in the one that the other would have refused. Pure.
//
// Fields of the connection (`transfer-encoding` and its like) are the HTTP/2 library's to refuse.
#pragma once

#include "http/head_parser.hpp"
#include "http/head_writer.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace cloche::http {

class http2_head {
public:
    /// The next field, in the order they came: pseudo-header fields first.
    void add(std::string_view name, std::string_view value, const head_limits& limits);
    /// No field follows. `ends`: there is no body. The views of `head` show this. Errors: as
    /// parse_request_head, also for another `:scheme` than https and for a Host that is not the
    /// `:authority`.
    result<void> finish(bool ends, const head_limits& limits, request_head& head);

private:
    void begin_lines();
    void take_pseudo(std::string_view name, std::string_view value, const head_limits& limits);
    void fail(errc why);

    std::string text_;
    head_writer writer_{text_};
    bool begun_ = false;  ///< the request line is written
    std::size_t size_ = 0;
    std::string method_;
    std::string target_;
    std::string authority_;
    std::string cookies_;  ///< their crumbs, joined (RFC 9113 section 8.2.3)
    error fault_;
};

}  // namespace cloche::http
