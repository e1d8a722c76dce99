// What is outside the proxies that the benchmark measures, in one epoll thread: the API behind
// them, and the even load before them (pacer.hpp).
//
// It answers 401 unless the proxy did its work: a bearer token that looks like a JWT, the foreign
// cookies still there, no session cookie. `POST /auth/login` and `GET /auth/refresh-token` answer
// in the example's shape, with a token of about 720 bytes that lives for LIFE seconds (32 years
// unless said).
//
//     bench_upstream PORT [LIFE]
//
// For each line `PORT RATE REQUESTS CONNECTIONS BYTES` of its input, and the BYTES of a request
// behind it, it asks that port so, and writes what pacer::report says.
#include "pacer.hpp"

#include <strings.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace bench;

std::string answer(
    const char* status, std::string_view type, std::string_view extra, std::string_view body
) {
    std::string text = "HTTP/1.1 ";
    text.append(status).append("\r\nContent-Type: ").append(type).append("\r\nContent-Length: ");
    text.append(std::to_string(body.size()))
        .append("\r\n")
        .append(extra)
        .append("\r\n")
        .append(body);
    return text;
}

/// {"alg":"ES256","typ":"at+jwt"} . {"iat":1,"exp":1 and LIFE,"sub":"bench",...padding} . 86
/// characters
std::string make_token(long life) {
    const std::string header = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9";
    std::string claims =
        R"({"iat":1,"exp":)" + std::to_string(1 + life) + R"(,"sub":"bench","pad":")";
    claims.append(400, 'p').append("\"}");
    static constexpr char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string encoded;
    unsigned bits = 0;
    int count = 0;
    for (const char c : claims) {
        bits = (bits << 8) | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6)
            encoded += digits[(bits >> (count - 6)) & 63];
    }
    if (count > 0) encoded += digits[(bits << (6 - count)) & 63];
    return header + "." + encoded + "." + std::string(86, 'A');
}

std::string token;
const std::string small =
    answer("200 OK", "application/json", "", "{\"data\":\"" + std::string(1013, 'x') + "\"}");
const std::string large =
    answer("200 OK", "application/octet-stream", "", std::string(1024 * 1024, 'x'));
const std::string refused = answer(
    "401 Unauthorized", "application/json", "", R"({"message":"the proxy did not do its work"})"
);
const std::string accepted = answer("200 OK", "application/json", "", R"({"data":"ok"})");
const std::string user = answer(
    "200 OK",
    "application/json",
    "",
    R"({"data":{"id":7,"fullName":"Zoe Hill","email":"zoe@example.org"}})"
);

std::string signed_in() {
    return answer(
        "200 OK",
        "application/json",
        "Set-Cookie: refreshToken=r" + std::to_string(std::rand()) +
            "; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax\r\n",
        R"({"message":"Login successful","data":{"accessToken":")" + token + "\"}}"
    );
}

const std::string& judged(std::string_view head) {
    const bool bearer =
        head.find("uthorization: Bearer eyJ") != head.npos;  // haproxy writes names small
    const bool foreign = head.find("theme=dark") != head.npos;
    const bool leaked = head.find("cloche_session=") != head.npos || head.find("sid=") != head.npos;
    if (!bearer || !foreign || leaked) return refused;
    if (head.starts_with("GET /big")) return large;
    return head.starts_with("GET ") ? small : accepted;
}

std::size_t content_length(std::string_view head) {
    for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
        if (strncasecmp(head.data() + at + 2, "content-length:", 15) == 0) {
            return std::strtoull(head.data() + at + 17, nullptr, 10);
        }
    }
    return 0;
}

/// A connection of a proxy.
class connection final : public listener {
public:
    explicit connection(int fd) : fd_(fd) { send_at_once(fd); }
    void on_event() override;

private:
    void serve();
    bool flush();

    int fd_;
    std::string in_;
    std::string out_;
    std::size_t body_left_ = 0;
    std::string due_;  ///< what is answered once the body has come
};

/// Takes whole requests off `in_` and puts their answers in `out_`; bodies are thrown away as they
/// come.
void connection::serve() {
    for (;;) {
        const std::size_t skipped = std::min(body_left_, in_.size());
        in_.erase(0, skipped);
        body_left_ -= skipped;
        if (body_left_ > 0) return;
        out_ += due_;
        due_.clear();
        const std::size_t end = in_.find("\r\n\r\n");
        if (end == in_.npos) return;
        const std::string_view head(in_.data(), end + 4);
        if (head.starts_with("GET /ws ")) {
            // Agrees, and never says anything: for connections that are open and at rest.
            due_ =
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                "Sec-WebSocket-Accept: nobody looks\r\n\r\n";
        } else if (head.starts_with("POST /auth/login") || head.starts_with("GET /auth/refresh-token")) {
            due_ = signed_in();
        } else {
            due_ = head.starts_with("GET /auth/me") ? user : judged(head);
        }
        body_left_ = content_length(head);
        in_.erase(0, end + 4);
    }
}

bool connection::flush() {
    while (!out_.empty()) {
        const ssize_t sent = send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent <= 0) return errno == EAGAIN;
        out_.erase(0, static_cast<std::size_t>(sent));
    }
    return true;
}

void connection::on_event() {
    static char buffer[256 * 1024];
    bool alive = true;
    for (;;) {
        const ssize_t got = recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
        if (got > 0) {
            in_.append(buffer, static_cast<std::size_t>(got));
            serve();
            if (static_cast<std::size_t>(got) < sizeof buffer) break;
            continue;
        }
        alive = got < 0 && errno == EAGAIN;
        break;
    }
    if (flush() && alive) return;
    close(fd_);
    delete this;
}

class acceptor final : public listener {
public:
    acceptor(event_loop& loop, int fd) : loop_(loop), fd_(fd) { loop.add(fd, EPOLLIN, *this); }
    void on_event() override {
        const int client = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK);
        if (client < 0) return;
        // It deletes itself.
        loop_.add(client, EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP, *new connection(client));
    }

private:
    event_loop& loop_;
    int fd_;
};

/// Whoever measures, at the other end of our input and output.
class orders final : public listener {
public:
    explicit orders(event_loop& loop) : loop_(loop) { loop.add(STDIN_FILENO, EPOLLIN, *this); }

    void on_event() override {
        char buffer[16 * 1024];
        const ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
        if (got <= 0) return loop_.remove(STDIN_FILENO);
        in_.append(buffer, static_cast<std::size_t>(got));
        const std::size_t line = in_.find('\n');
        pace how;
        std::size_t size = 0;
        if (line == in_.npos || std::sscanf(
                                    in_.c_str(),
                                    "%hu %lf %zu %zu %zu",
                                    &how.port,
                                    &how.rate,
                                    &how.requests,
                                    &how.connections,
                                    &size
                                ) != 5)
            return;
        if (in_.size() < line + 1 + size) return;
        how.request = in_.substr(line + 1, size);
        in_.clear();
        load_.emplace(loop_, std::move(how));
    }

    std::optional<time_point> carry_out() {
        if (!load_) return std::nullopt;
        const time_point next = load_->send_due();
        if (!load_->done()) return next;
        std::printf("%s\n", load_->report().c_str());
        std::fflush(stdout);
        load_.reset();
        return std::nullopt;
    }

private:
    event_loop& loop_;
    std::string in_;
    std::optional<pacer> load_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) {
        std::fprintf(stderr, "usage: bench_upstream PORT [LIFE]\n");
        return 64;
    }
    token = make_token(argc == 3 ? std::atol(argv[2]) : 1'000'000'000);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = on_loopback(static_cast<std::uint16_t>(std::atoi(argv[1])));
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(fd, 1024) != 0) {
        std::perror("bench_upstream");
        return 1;
    }
    event_loop loop;
    acceptor api(loop, fd);
    orders asked(loop);
    for (;;)
        loop.wait(asked.carry_out());
}
