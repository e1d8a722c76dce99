#include "unit/http_io/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace cloche::http {

namespace {

// Only so that a failing test ends.
void limit_waiting(int descriptor) {
    timeval patience{20, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

raw_client::raw_client(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    limit_waiting(descriptor_);
    const auto* address = static_cast<const void*>(&where);
    if (::connect(descriptor_, static_cast<const sockaddr*>(address), sizeof where) != 0) {
        throw std::runtime_error("cannot connect");
    }
}

raw_client::raw_client(int descriptor, adopted /*unused*/) : descriptor_(descriptor) {
    limit_waiting(descriptor_);
}

raw_client::raw_client(raw_client&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      reset_(other.reset_),
      unread_(std::move(other.unread_)) {}

raw_client::~raw_client() {
    close();
}

void raw_client::close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void raw_client::reset() {
    const linger hard{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
}

void raw_client::shutdown_send() {
    ::shutdown(descriptor_, SHUT_WR);
}

bool raw_client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool raw_client::fill() {
    std::array<char, 65536> space;  // NOLINT: filled by recv
    const auto got = ::recv(descriptor_, space.data(), space.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        throw std::runtime_error("nothing came");
    if (got < 0) reset_ = true;
    if (got <= 0) return false;
    unread_.append(space.data(), static_cast<std::size_t>(got));
    return true;
}

std::string raw_client::read_until(std::string_view end) {
    for (;;) {
        const auto at = unread_.find(end);
        if (at != std::string::npos) {
            auto found = unread_.substr(0, at + end.size());
            unread_.erase(0, at + end.size());
            return found;
        }
        if (!fill()) return {};
    }
}

std::string raw_client::read_bytes(std::size_t count) {
    while (unread_.size() < count) {
        if (!fill()) break;
    }
    auto found = unread_.substr(0, count);
    unread_.erase(0, found.size());
    return found;
}

std::optional<std::string> raw_client::read_to_end() {
    while (fill()) {
    }
    if (reset_) return std::nullopt;
    return std::exchange(unread_, {});
}

bool raw_client::ends() {
    while (fill()) {
    }
    return unread_.empty();
}

bool raw_client::message::has(std::string_view line) const {
    return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

unsigned raw_client::message::status() const {
    return head.size() < 12 ? 0 : static_cast<unsigned>(std::stoul(head.substr(9, 3)));
}

raw_client::message raw_client::read_message(bool with_body) {
    message got;
    got.head = read_until("\r\n\r\n");
    if (!with_body) return got;
    constexpr std::string_view length = "\r\nContent-Length: ";
    const auto at = got.head.find(length);
    if (at != std::string::npos) {
        got.body = read_bytes(std::stoul(got.head.substr(at + length.size())));
    } else if (got.has("Transfer-Encoding: chunked")) {
        for (;;) {
            const auto line = read_until("\r\n");
            if (line.empty()) break;
            const auto size = std::stoul(line, nullptr, 16);
            got.body += line + read_bytes(size + 2);
            if (size == 0) break;
        }
    }
    return got;
}

}  // namespace cloche::http
