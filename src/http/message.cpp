#include "http/message.hpp"

namespace cloche::http {
namespace {

const field* find_in(const std::vector<field>& fields, field_id id) noexcept {
    for (const field& candidate : fields) {
        if (candidate.id == id) return &candidate;
    }
    return nullptr;
}

std::string_view value_in(const std::vector<field>& fields, field_id id) noexcept {
    const field* const found = find_in(fields, id);
    return found != nullptr ? found->value : std::string_view();
}

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
}

}  // namespace

const field* request_head::find(field_id id) const noexcept {
    return find_in(fields, id);
}
std::string_view request_head::value(field_id id) const noexcept {
    return value_in(fields, id);
}
const field* response_head::find(field_id id) const noexcept {
    return find_in(fields, id);
}
std::string_view response_head::value(field_id id) const noexcept {
    return value_in(fields, id);
}

reply::reply(unsigned status_code, std::string content_type, std::string content)
    : status(status_code), body(std::move(content)) {
    fields.emplace_back("Content-Type", std::move(content_type));
}

reply& reply::with(std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
    return *this;
}

bool is_idempotent(method verb) noexcept {
    switch (verb) {
        case method::get:
        case method::head:
        case method::put:
        case method::del:
        case method::options:
            return true;
        default:
            return false;
    }
}

std::string_view reason_phrase(unsigned status) noexcept {
    switch (status) {
        case 100:
            return "Continue";
        case 101:
            return "Switching Protocols";
        case 103:
            return "Early Hints";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 203:
            return "Non-Authoritative Information";
        case 204:
            return "No Content";
        case 205:
            return "Reset Content";
        case 206:
            return "Partial Content";
        case 207:
            return "Multi-Status";
        case 300:
            return "Multiple Choices";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 402:
            return "Payment Required";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 407:
            return "Proxy Authentication Required";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 421:
            return "Misdirected Request";
        case 422:
            return "Unprocessable Content";
        case 423:
            return "Locked";
        case 424:
            return "Failed Dependency";
        case 425:
            return "Too Early";
        case 426:
            return "Upgrade Required";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 451:
            return "Unavailable For Legal Reasons";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        case 507:
            return "Insufficient Storage";
        case 511:
            return "Network Authentication Required";
        default:
            return "";  // the phrase may be empty (RFC 9112 section 4)
    }
}

method method_of(std::string_view name) noexcept {
    switch (name.size()) {
        case 3:
            if (name == "GET") return method::get;
            if (name == "PUT") return method::put;
            break;
        case 4:
            if (name == "POST") return method::post;
            if (name == "HEAD") return method::head;
            break;
        case 5:
            if (name == "PATCH") return method::patch;
            if (name == "TRACE") return method::trace;
            break;
        case 6:
            if (name == "DELETE") return method::del;
            break;
        case 7:
            if (name == "OPTIONS") return method::options;
            if (name == "CONNECT") return method::connect;
            break;
        default:
            break;
    }
    return method::other;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

}  // namespace cloche::http
