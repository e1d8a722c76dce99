#include "http/errc.hpp"

#include "base/error_category.hpp"

namespace cloche::http {
namespace {

const char* describe(errc code) noexcept {
    switch (code) {
        case errc::bad_request:
            return "the message breaks HTTP/1.1";
        case errc::headers_too_large:
            return "the head is too large";
        case errc::uri_too_long:
            return "the request target is too long";
        case errc::not_implemented:
            return "a transfer coding or method that is not implemented";
        case errc::expectation_failed:
            return "an expectation other than 100-continue";
        case errc::body_too_large:
            return "the body is too large";
        case errc::request_timeout:
            return "the client was too slow";
        case errc::client_gone:
            return "the client closed the connection";
        case errc::connect_failed:
            return "no connection to the upstream";
        case errc::connect_timeout:
            return "no connection to the upstream in time";
        case errc::tls_failed:
            return "TLS with the upstream failed";
        case errc::upstream_reset:
            return "the upstream closed the connection";
        case errc::upstream_timeout:
            return "the upstream did not answer in time";
        case errc::upstream_invalid:
            return "the upstream's answer breaks HTTP/1.1";
        case errc::bad_field:
            return "a field that must not be sent";
        case errc::closing:
            return "the server is closing";
        case errc::https_expected:
            return "no TLS on a port that speaks https";
    }
    return nullptr;
}

}  // namespace

const boost::system::error_category& http_category() noexcept {
    static const enum_category<errc> category("cloche.http", describe);
    return category;
}

}  // namespace cloche::http
