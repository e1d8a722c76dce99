// The API behind the benchmark: one epoll thread, so cheap that the proxy in front is what is
// measured.
//
// It answers 401 unless the proxy did its work: a bearer token that looks like a JWT, the foreign
// cookies still there, no session cookie. `POST /auth/login` and `GET /auth/refresh-token` answer
// in the example's shape, with a token of about 720 bytes that lives for LIFE seconds (32 years
// unless said).
//
//     bench_upstream PORT [LIFE]
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace {

struct connection {
    std::string in;
    std::string out;
    std::size_t body_left = 0;
    std::string due;  ///< what is answered once the body has come
};

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

/// Takes whole requests off `c.in` and puts their answers in `c.out`; bodies are thrown away as
/// they come.
void serve(connection& c) {
    for (;;) {
        const std::size_t skipped = std::min(c.body_left, c.in.size());
        c.in.erase(0, skipped);
        c.body_left -= skipped;
        if (c.body_left > 0) return;
        c.out += c.due;
        c.due.clear();
        const std::size_t end = c.in.find("\r\n\r\n");
        if (end == c.in.npos) return;
        const std::string_view head(c.in.data(), end + 4);
        if (head.starts_with("GET /ws ")) {
            // Agrees, and never says anything: for connections that are open and at rest.
            c.due =
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                "Sec-WebSocket-Accept: nobody looks\r\n\r\n";
        } else if (head.starts_with("POST /auth/login") || head.starts_with("GET /auth/refresh-token")) {
            c.due = signed_in();
        } else {
            c.due = head.starts_with("GET /auth/me") ? user : judged(head);
        }
        c.body_left = content_length(head);
        c.in.erase(0, end + 4);
    }
}

bool flush(int fd, connection& c) {
    while (!c.out.empty()) {
        const ssize_t sent = send(fd, c.out.data(), c.out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent <= 0) return errno == EAGAIN;
        c.out.erase(0, static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) {
        std::fprintf(stderr, "usage: bench_upstream PORT [LIFE]\n");
        return 64;
    }
    token = make_token(argc == 3 ? std::atol(argv[2]) : 1'000'000'000);
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
    if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener, 1024) != 0) {
        std::perror("bench_upstream");
        return 1;
    }
    const int poll = epoll_create1(0);
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = listener;
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &wanted);

    std::unordered_map<int, std::unique_ptr<connection>> open;
    static char buffer[256 * 1024];
    epoll_event events[128];
    for (;;) {
        const int count = epoll_wait(poll, events, 128, -1);
        for (int i = 0; i < count; ++i) {
            const int fd = events[i].data.fd;
            if (fd == listener) {
                const int client = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
                if (client < 0) continue;
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                open[client] = std::make_unique<connection>();
                wanted.events = EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP;
                wanted.data.fd = client;
                epoll_ctl(poll, EPOLL_CTL_ADD, client, &wanted);
                continue;
            }
            connection& c = *open.at(fd);
            bool alive = true;
            for (;;) {
                const ssize_t got = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
                if (got > 0) {
                    c.in.append(buffer, static_cast<std::size_t>(got));
                    serve(c);
                    if (static_cast<std::size_t>(got) < sizeof buffer) break;
                    continue;
                }
                alive = got < 0 && errno == EAGAIN;
                break;
            }
            if (!flush(fd, c) || !alive) {
                close(fd);
                open.erase(fd);
            }
        }
    }
}
