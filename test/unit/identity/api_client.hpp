// Sends one HTTP/1.1 request over a connection of its own and reads the whole answer. Blocking;
// knows nothing of the code under test.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::identity::test {

using field_list = std::vector<std::pair<std::string, std::string>>;

struct api_answer {
    unsigned status = 0;
    field_list fields;
    std::string body;

    /// The first field of that name, in the case that the server writes it in; empty if there is
    /// none.
    std::string field(std::string_view name) const {
        for (const auto& [key, value] : fields) {
            if (key == name) return value;
        }
        return {};
    }
    /// The body, which has to be JSON.
    boost::json::value json() const { return boost::json::parse(body); }
    std::string text_at(std::string_view pointer) const {
        const auto whole = json();
        boost::system::error_code none;
        const auto* found = whole.find_pointer(pointer, none);
        return found && found->is_string() ? std::string(found->get_string()) : std::string();
    }
    /// The fields that do not change from one answer to the next.
    field_list fixed_fields() const {
        field_list kept;
        for (const auto& one : fields) {
            if (one.first != "Date" && one.first != "X-Request-Id") kept.push_back(one);
        }
        return kept;
    }
    /// The value of the refresh cookie it sets.
    std::string refresh_cookie() const {
        const auto line = field("Set-Cookie");
        constexpr std::string_view start = "refreshToken=";
        if (!line.starts_with(start)) return {};
        return line.substr(start.size(), line.find(';') - start.size());
    }
};

inline api_answer parse_answer(const std::string& raw) {
    api_answer answer;
    const auto head_end = raw.find("\r\n\r\n");
    if (head_end == std::string::npos) return answer;
    answer.body = raw.substr(head_end + 4);
    answer.status = static_cast<unsigned>(std::stoul(raw.substr(raw.find(' ') + 1, 3)));
    for (auto at = raw.find("\r\n") + 2; at < head_end + 2;) {
        const auto end = raw.find("\r\n", at);
        const auto line = raw.substr(at, end - at);
        const auto colon = line.find(": ");
        answer.fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
        at = end + 2;
    }
    return answer;
}

inline api_answer ask(
    std::uint16_t port,
    std::string_view method,
    std::string_view target,
    const field_list& fields = {},
    std::string_view body = {}
) {
    namespace asio = boost::asio;
    asio::io_context loop(1);
    asio::ip::tcp::socket socket(loop);
    socket.connect({asio::ip::address_v4::loopback(), port});
    std::string request = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\n";
    request += "Host: 127.0.0.1:" + std::to_string(port) + "\r\nConnection: close\r\n";
    for (const auto& [name, value] : fields)
        request += name + ": " + value + "\r\n";
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    request += "\r\n";
    request += body;
    boost::system::error_code failed;
    asio::write(socket, asio::buffer(request), failed);
    std::string raw;
    asio::read(socket, asio::dynamic_buffer(raw), failed);
    return parse_answer(raw);
}

}  // namespace cloche::identity::test
