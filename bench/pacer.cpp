#include "pacer.hpp"

#include <strings.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

/// For the last answers, after the last request was due.
constexpr std::chrono::seconds patience{20};

/// Of a whole answer at the beginning of `in`; 0: it has not all come. Nothing: it has no length.
std::optional<std::size_t> answer_size(std::string_view in) {
    constexpr std::string_view length = "content-length:";
    const std::size_t end = in.find("\r\n\r\n");
    if (end == in.npos) return 0;
    for (std::size_t at = in.find("\r\n"); at < end; at = in.find("\r\n", at + 2)) {
        const char* const field = in.data() + at + 2;
        if (strncasecmp(field, length.data(), length.size()) != 0) continue;
        const std::size_t whole = end + 4 + std::strtoull(field + length.size(), nullptr, 10);
        return in.size() < whole ? 0 : whole;
    }
    return std::nullopt;
}

}  // namespace

pacer::pacer(event_loop& loop, pace how) : how_(std::move(how)) {
    took_.reserve(how_.requests);
    for (std::size_t i = 0; i < how_.connections; ++i) {
        auto made = std::make_unique<connection>();
        made->owner = this;
        made->fd = socket(AF_INET, SOCK_STREAM, 0);
        const sockaddr_in address = on_loopback(how_.port);
        if (connect(made->fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            fail("nothing listens there");
        send_at_once(made->fd);
        loop.add(made->fd, EPOLLIN, *made);
        free_.push_back(made.get());
        all_.push_back(std::move(made));
    }
    began_ = clock_type::now();
}

pacer::~pacer() {
    for (const auto& each : all_)
        close(each->fd);
}

time_point pacer::due_at(std::size_t which) const {
    return began_ + nanoseconds(static_cast<long>(static_cast<double>(which) / how_.rate * 1e9));
}

time_point pacer::send_due() {
    while (asked_ < how_.requests && !free_.empty()) {
        const time_point due = due_at(asked_);
        if (due > clock_type::now()) return due;
        connection& taken = *free_.front();
        free_.pop_front();
        taken.due = due;
        ++asked_;
        const auto& request = how_.request;
        const ssize_t sent = send(taken.fd, request.data(), request.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(request.size())) fail("the proxy hung up");
    }
    const time_point end = due_at(how_.requests) + patience;
    if (clock_type::now() > end) fail("no answer came for long");
    return end;
}

void pacer::receive(connection& from) {
    char buffer[16 * 1024];
    const ssize_t got = recv(from.fd, buffer, sizeof buffer, 0);
    if (got <= 0) return fail("the proxy hung up");
    from.in.append(buffer, static_cast<std::size_t>(got));
    const auto size = answer_size(from.in);
    if (size == 0) return;
    if (!from.in.starts_with("HTTP/1.1 200 ") || size != from.in.size()) return fail(from.in);
    from.in.clear();
    free_.push_back(&from);
    took_.push_back(clock_type::now() - from.due);
}

void pacer::fail(std::string_view why) {
    if (fault_.empty()) fault_ = why.substr(0, why.find("\r\n"));
}

std::string pacer::report() {
    if (!fault_.empty()) return fault_;
    std::ranges::sort(took_);
    const auto percentile = [this](std::size_t percent) {
        return static_cast<double>(took_[(took_.size() - 1) * percent / 100].count()) / 1000;
    };
    char text[128];
    std::snprintf(
        text,
        sizeof text,
        R"({"requests":%zu,"p50_us":%.1f,"p99_us":%.1f})",
        took_.size(),
        percentile(50),
        percentile(99)
    );
    return text;
}

}  // namespace bench
