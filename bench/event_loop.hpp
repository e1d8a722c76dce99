// One thread that waits for sockets: what the API and the even load of the benchmark run on. As
// little as will do, so that the proxy between them is what is measured.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace bench {

using clock_type = std::chrono::steady_clock;
using time_point = clock_type::time_point;
using std::chrono::nanoseconds;

class listener {
public:
    virtual ~listener() = default;
    virtual void on_event() = 0;
};

class event_loop {
public:
    event_loop() : poll_(epoll_create1(0)) {
        prctl(PR_SET_TIMERSLACK, 1);  // nanoseconds; else waits would be 50 us too long
    }

    /// `who` lives until the descriptor is closed or removed.
    void add(int fd, std::uint32_t events, listener& who) {
        epoll_event wanted{};
        wanted.events = events;
        wanted.data.ptr = &who;
        epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &wanted);
    }
    void remove(int fd) { epoll_ctl(poll_, EPOLL_CTL_DEL, fd, nullptr); }

    /// Tells who has something, once; until `at_last`.
    void wait(std::optional<time_point> at_last) {
        timespec limit{};
        if (at_last) {
            const nanoseconds left =
                std::max(nanoseconds(0), nanoseconds(*at_last - clock_type::now()));
            limit = {left.count() / 1'000'000'000, left.count() % 1'000'000'000};
        }
        epoll_event events[128];
        const int count = epoll_pwait2(poll_, events, 128, at_last ? &limit : nullptr, nullptr);
        for (int i = 0; i < count; ++i)
            static_cast<listener*>(events[i].data.ptr)->on_event();
    }

private:
    int poll_;
};

inline sockaddr_in on_loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

inline void send_at_once(int fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace bench
