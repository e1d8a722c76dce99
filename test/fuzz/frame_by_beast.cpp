#include "framed.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace cloche::fuzz {

std::optional<framed> frame_by_beast(std::string_view input) {
    namespace beast_http = boost::beast::http;
    beast_http::request_parser<beast_http::string_body> parser;
    parser.eager(true);
    parser.header_limit(64 * 1024);
    parser.body_limit(64 * 1024);  // it makes room for a whole body at once

    std::size_t consumed = 0;
    boost::system::error_code failure;
    while (!parser.is_done() && consumed < input.size()) {
        const auto rest = input.substr(consumed);
        const std::size_t taken =
            parser.put(boost::asio::buffer(rest.data(), rest.size()), failure);
        if (failure && failure != beast_http::error::need_more) return std::nullopt;
        consumed += taken;
        if (taken == 0) break;
    }
    framed request;
    request.method = parser.get().method_string();
    request.target = parser.get().target();
    request.body = parser.get().body();
    request.complete = parser.is_done();
    request.end = consumed;
    return request;
}

}  // namespace cloche::fuzz
