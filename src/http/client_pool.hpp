// The connections to one origin that belong to one I/O thread. Runs what pool_fsm decides.
//
// For `client` and what it is made of. All on the pool's own thread.
#pragma once

#include "http/client_options.hpp"
#include "http/origin.hpp"
#include "http/pool_fsm.hpp"
#include "http/upstream_link.hpp"
#include "runtime/deadline_wheel.hpp"

#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace cloche::http {

/// What the pools of all threads share.
struct client_shared {
    client_shared(origin to, const client_options& given);

    origin where;
    std::string authority;
    client_options options;
    std::unique_ptr<boost::asio::ssl::context> tls;  ///< for https
    std::shared_ptr<std::atomic<std::size_t>> open;
};

class upstream_call;
class client_pool;

/// An upstream_call that returns to its pool, which lives as long.
class call_lease {
public:
    call_lease() = default;
    call_lease(std::shared_ptr<client_pool> pool, std::unique_ptr<upstream_call> call) noexcept;
    ~call_lease();
    call_lease(call_lease&&) noexcept;
    call_lease& operator=(call_lease&&) = delete;

    upstream_call* operator->() const noexcept { return call_.get(); }
    upstream_call& operator*() const noexcept { return *call_; }
    explicit operator bool() const noexcept { return call_ != nullptr; }

private:
    std::shared_ptr<client_pool> pool_;
    std::unique_ptr<upstream_call> call_;
};

class client_pool : public std::enable_shared_from_this<client_pool> {
public:
    using link_ptr = std::unique_ptr<upstream_link>;

    client_pool(
        const runtime::io_executor& home,
        runtime::deadline_wheel& wheel,
        std::shared_ptr<const client_shared> shared
    );

    ~client_pool();

    const client_shared& shared() const noexcept { return *shared_; }
    const runtime::io_executor& executor() const noexcept { return home_; }
    runtime::deadline_wheel& wheel() noexcept { return wheel_; }

    /// For one request.
    call_lease lend();

    /// An idle connection that is alive; nothing: make one.
    link_ptr take();
    /// One that is not connected yet.
    link_ptr make();
    /// Keeps it for another request, or closes it.
    void put(link_ptr link, const exchange_end& end);
    /// Closes what is idle.
    void close();

private:
    friend class call_lease;
    void recycle(std::unique_ptr<upstream_call> call);
    void on_tick();

    runtime::io_executor home_;
    runtime::deadline_wheel& wheel_;
    std::shared_ptr<const client_shared> shared_;
    pool_fsm<upstream_link> idle_;
    runtime::tick_watch watch_;
    bool closed_ = false;
    std::vector<std::unique_ptr<upstream_call>> spare_;  ///< kept for their memory
};

}  // namespace cloche::http
