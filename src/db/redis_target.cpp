#include "db/redis_target.hpp"

#include "base/encoding.hpp"

#include <algorithm>
#include <charconv>

namespace cloche::db {
namespace {

constexpr std::string_view tcp_scheme = "redis://";
constexpr std::string_view tls_scheme = "rediss://";
constexpr std::string_view unix_scheme = "redis+unix://";
constexpr std::size_t longest_prefix = 64;
constexpr std::size_t longest_socket = 107;  // sun_path

template <class Number>
bool read_number(std::string_view digits, Number& into) {
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, into);
    return read.ec == std::errc() && read.ptr == end;
}

/// Cuts off what is before `mark` and gives it; nothing, and `text` as it was, if there is none.
std::optional<std::string_view> cut_before(std::string_view& text, std::size_t mark) {
    if (mark == std::string_view::npos) return std::nullopt;
    const auto before = text.substr(0, mark);
    text.remove_prefix(mark + 1);
    return before;
}

bool read_user(std::string_view info, redis_target& into, std::string& why) {
    const auto colon = info.find(':');
    if (colon == std::string_view::npos) {
        why = "has a user but no password: write user:password@, or :password@";
        return false;
    }
    auto user = percent_decode(info.substr(0, colon));
    auto word = percent_decode(info.substr(colon + 1));
    if (!user || !word) {
        why = "has a % in user or password that no two hex digits follow: write it %25";
        return false;
    }
    into.user = std::move(*user);
    into.word = password(std::move(*word));
    if (!into.word.empty()) return true;
    why = "has an empty password: leave out all before the @, or give one";
    return false;
}

bool read_host(std::string_view text, redis_target& into, std::string& why) {
    std::string_view port;
    bool has_port = false;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        const auto rest = end == std::string_view::npos ? text : text.substr(end + 1);
        if (end == std::string_view::npos || (!rest.empty() && rest.front() != ':')) {
            why = "has an IPv6 address without its closing bracket: write [::1]:6379";
            return false;
        }
        into.host = text.substr(1, end - 1);
        has_port = !rest.empty();
        port = has_port ? rest.substr(1) : rest;
    } else {
        const auto colon = text.find(':');
        into.host = text.substr(0, colon);
        has_port = colon != std::string_view::npos;
        if (has_port) port = text.substr(colon + 1);
        if (port.find(':') != std::string_view::npos) {
            why = "has an IPv6 address without brackets: write [::1]:6379";
            return false;
        }
    }
    if (into.host.empty()) {
        why = "has no host: write redis://host:6379";
        return false;
    }
    if (has_port && (!read_number(port, into.port) || into.port == 0)) {
        why = "has a port that is no number from 1 to 65535";
        return false;
    }
    return true;
}

bool read_database(std::string_view digits, redis_target& into, std::string& why) {
    if (read_number(digits, into.database)) return true;
    why = "has a database that is no number: write redis://host:6379/0";
    return false;
}

bool read_query(std::string_view query, redis_target& into, std::string& why) {
    for (const auto& [name, value] : form_fields(query)) {
        if (name == "prefix") {
            if (value.empty() || value.size() > longest_prefix) {
                why = "has a prefix that is empty or longer than 64 bytes";
                return false;
            }
            into.prefix = value;
        } else if (name == "db") {
            if (!read_database(value, into, why)) return false;
        } else {
            why = "has a parameter that is not known: prefix and db are";
            return false;
        }
    }
    return true;
}

bool read_tcp(std::string_view rest, redis_target& into, std::string& why) {
    const auto end = std::min(rest.find('/'), rest.size());
    auto authority = rest.substr(0, end);
    if (const auto info = cut_before(authority, authority.rfind('@')))
        if (!read_user(*info, into, why)) return false;
    if (!read_host(authority, into, why)) return false;
    const auto path = rest.substr(end);
    return path.size() < 2 || read_database(path.substr(1), into, why);
}

bool read_unix(std::string_view rest, redis_target& into, std::string& why) {
    if (!rest.starts_with('/'))
        if (const auto info = cut_before(rest, rest.find('@')))
            if (!read_user(*info, into, why)) return false;
    auto path = percent_decode(rest);
    if (!path || path->size() < 2 || path->front() != '/') {
        why = "has no absolute path of a socket: write redis+unix:///run/redis/redis.sock";
        return false;
    }
    if (path->size() > longest_socket) {
        why = "has a path that is longer than a socket's may be (107 bytes)";
        return false;
    }
    into.socket = std::move(*path);
    return true;
}

}  // namespace

std::string redis_target::address() const {
    if (!socket.empty()) return socket;
    const bool is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::optional<redis_target> parse_redis_url(std::string_view url, std::string& why) {
    redis_target found;
    if (url.starts_with(tls_scheme)) {
        why =
            "asks for TLS, which this program does not speak with Redis: put stunnel on this "
            "machine and name it with redis://, or use redis+unix://";
        return std::nullopt;
    }
    const bool is_tcp = url.starts_with(tcp_scheme);
    if (!is_tcp && !url.starts_with(unix_scheme)) {
        why = "does not begin with redis:// or redis+unix://";
        return std::nullopt;
    }
    if (url.find('#') != std::string_view::npos) {
        why = "has a #: write it %23";
        return std::nullopt;
    }
    auto rest = url.substr(is_tcp ? tcp_scheme.size() : unix_scheme.size());
    std::string_view query;
    if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
        query = rest.substr(mark + 1);
        rest = rest.substr(0, mark);
    }
    const bool read = is_tcp ? read_tcp(rest, found, why) : read_unix(rest, found, why);
    if (!read || !read_query(query, found, why)) return std::nullopt;
    return found;
}

}  // namespace cloche::db
