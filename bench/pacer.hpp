// Asks a proxy evenly: one request each 1/rate seconds whatever the answers do, over HTTP/1.1 on
// connections that are kept.
//
// The time of a request counts from when it was due, also where no connection was free to take it:
// a proxy that stalls does not slow down who asks.
#pragma once

#include "event_loop.hpp"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct pace {
    std::uint16_t port = 0;
    double rate = 0;  ///< requests a second
    std::size_t requests = 0;
    std::size_t connections = 0;
    std::string request;  ///< all of it, as it goes on the wire
};

class pacer {
public:
    pacer(event_loop& loop, pace how);
    ~pacer();
    pacer(const pacer&) = delete;
    pacer& operator=(const pacer&) = delete;

    /// Sends what is due. When to look again.
    time_point send_due();
    bool done() const noexcept { return took_.size() == how_.requests || !fault_.empty(); }
    /// {"requests":…,"p50_us":…,"p99_us":…} of one that is done, or a line of why it broke off.
    std::string report();

private:
    struct connection final : listener {
        pacer* owner = nullptr;
        int fd = -1;
        time_point due;  ///< of the request that is on
        std::string in;
        void on_event() override { owner->receive(*this); }
    };

    time_point due_at(std::size_t which) const;
    void receive(connection& from);
    void fail(std::string_view why);

    pace how_;
    std::vector<std::unique_ptr<connection>> all_;
    std::deque<connection*> free_;
    time_point began_;
    std::size_t asked_ = 0;
    std::vector<nanoseconds> took_;
    std::string fault_;
};

}  // namespace bench
