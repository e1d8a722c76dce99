// Asks a proxy evenly: one request each 1/RATE seconds whatever the answers do, over HTTP/1.1 on
// connections that are kept. One epoll thread.
//
// The time of a request counts from when it was due, also where no connection was free to take it:
// a proxy that stalls does not slow down who asks (Tene's "coordinated omission").
//
//     bench_pacer PORT PATH RATE SECONDS CONNECTIONS FIELD...
//
// Prints {"requests":…,"p50_us":…,"p99_us":…}; ends with 1 and a line of why at the first answer
// that is not 200.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;
using time_point = clock_type::time_point;
using std::chrono::nanoseconds;

[[noreturn]] void give_up(std::string_view why) {
    std::fprintf(stderr, "bench_pacer: %.*s\n", static_cast<int>(why.size()), why.data());
    std::exit(1);
}

struct connection {
    int fd = -1;
    time_point due;  ///< of the request that is on
    std::string in;
};

int connect_to(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        give_up("nothing listens there");
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/// Of a whole answer at the beginning of `in`; 0: it has not all come.
std::size_t answer_size(std::string_view in) {
    constexpr std::string_view length = "content-length:";
    const std::size_t end = in.find("\r\n\r\n");
    if (end == in.npos) return 0;
    if (!in.starts_with("HTTP/1.1 200 ")) give_up(in.substr(0, in.find("\r\n")));
    for (std::size_t at = in.find("\r\n"); at < end; at = in.find("\r\n", at + 2)) {
        const char* const field = in.data() + at + 2;
        if (strncasecmp(field, length.data(), length.size()) != 0) continue;
        const std::size_t whole = end + 4 + std::strtoull(field + length.size(), nullptr, 10);
        return in.size() < whole ? 0 : whole;
    }
    give_up("an answer has no Content-Length");
}

double percentile(const std::vector<nanoseconds>& sorted, std::size_t percent) {
    return static_cast<double>(sorted[(sorted.size() - 1) * percent / 100].count()) / 1000;
}

class pacer {
public:
    pacer(std::uint16_t port, std::string request, std::size_t connections)
        : request_(std::move(request)), poll_(epoll_create1(0)), all_(connections) {
        for (connection& made : all_) {
            made.fd = connect_to(port);
            epoll_event wanted{};
            wanted.events = EPOLLIN;
            wanted.data.ptr = &made;
            epoll_ctl(poll_, EPOLL_CTL_ADD, made.fd, &wanted);
            free_.push_back(&made);
        }
    }

    /// How long each took, sorted.
    std::vector<nanoseconds> run(double rate, std::size_t requests) {
        std::vector<nanoseconds> took;
        took.reserve(requests);
        const time_point began = clock_type::now();
        const auto due_at = [began, rate](std::size_t which) {
            return began + nanoseconds(static_cast<long>(static_cast<double>(which) / rate * 1e9));
        };
        std::size_t asked = 0;
        while (took.size() < requests) {
            while (asked < requests && !free_.empty() && due_at(asked) <= clock_type::now())
                send_request(due_at(asked++));
            const bool waits_for_time = asked < requests && !free_.empty();
            for (connection* ready : wait(waits_for_time, due_at(asked)))
                if (receive(*ready)) took.push_back(clock_type::now() - ready->due);
        }
        std::ranges::sort(took);
        return took;
    }

private:
    void send_request(time_point due) {
        connection& taken = *free_.front();
        free_.pop_front();
        taken.due = due;
        const ssize_t sent = send(taken.fd, request_.data(), request_.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(request_.size())) give_up("the proxy hung up");
    }

    std::vector<connection*> wait(bool until_due, time_point due) {
        const auto left = std::max<nanoseconds>(
            nanoseconds(0), until_due ? due - clock_type::now() : nanoseconds(0)
        );
        const timespec limit{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
        epoll_event events[64];
        const int count = epoll_pwait2(poll_, events, 64, until_due ? &limit : nullptr, nullptr);
        std::vector<connection*> ready;
        for (int i = 0; i < count; ++i)
            ready.push_back(static_cast<connection*>(events[i].data.ptr));
        return ready;
    }

    /// True: the whole answer is there, and the connection is free.
    bool receive(connection& from) {
        char buffer[16 * 1024];
        const ssize_t got = recv(from.fd, buffer, sizeof buffer, 0);
        if (got <= 0) give_up("the proxy hung up");
        from.in.append(buffer, static_cast<std::size_t>(got));
        const std::size_t size = answer_size(from.in);
        if (size == 0) return false;
        if (size != from.in.size()) give_up("more has come than an answer");
        from.in.clear();
        free_.push_back(&from);
        return true;
    }

    std::string request_;
    int poll_;
    std::vector<connection> all_;
    std::deque<connection*> free_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6) {
        std::fprintf(stderr, "usage: bench_pacer PORT PATH RATE SECONDS CONNECTIONS FIELD...\n");
        return 64;
    }
    prctl(PR_SET_TIMERSLACK, 1);  // nanoseconds; else it would be 50 us late
    std::string request = std::string("GET ") + argv[2] + " HTTP/1.1\r\n";
    for (int i = 6; i < argc; ++i)
        request.append(argv[i]).append("\r\n");
    request.append("\r\n");
    const double rate = std::atof(argv[3]);
    const auto requests = static_cast<std::size_t>(rate * std::atof(argv[4]));
    const auto connections = static_cast<std::size_t>(std::atoi(argv[5]));
    if (requests == 0 || connections == 0) give_up("nothing to do");
    pacer asks(static_cast<std::uint16_t>(std::atoi(argv[1])), request, connections);
    const auto took = asks.run(rate, requests);
    std::printf(
        R"({"requests":%zu,"p50_us":%.1f,"p99_us":%.1f})"
        "\n",
        took.size(),
        percentile(took, 50),
        percentile(took, 99)
    );
}
