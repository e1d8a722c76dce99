// The addresses of one host, looked up on the side.
//
//     lookup_ = runtime::name_lookup::begin(executor, "api.example", 443);
//     co_await lookup_->wait();     // lookup_->leave() ends this
//     for (const auto& address : lookup_->found()) …
//
// getaddrinfo cannot be interrupted: whoever is in a hurry leaves it behind. All on one thread.
#pragma once

#include "runtime/async_signal.hpp"
#include "runtime/task.hpp"

#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cloche::runtime {

class name_lookup {
public:
    using tcp = asio::ip::tcp;

    /// `host`: a name, or an address as it is written, which needs no looking up.
    static std::shared_ptr<name_lookup> begin(
        const io_executor& home, const std::string& host, std::uint16_t port
    );

    /// Until the answer is there, or somebody leaves.
    task<void> wait() { return done_.wait(); }
    /// Has `wait` return with what is there: nothing.
    void leave() { done_.set(); }

    const std::vector<tcp::endpoint>& found() const noexcept { return found_; }
    /// Why there is none; nothing while there is no answer.
    const error& failure() const noexcept { return failure_; }

private:
    explicit name_lookup(const io_executor& home) : resolver_(home), done_(home) {}

    asio::ip::basic_resolver<tcp, io_executor> resolver_;
    async_signal done_;
    std::vector<tcp::endpoint> found_;
    error failure_;
};

}  // namespace cloche::runtime
