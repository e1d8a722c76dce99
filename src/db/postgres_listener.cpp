#include "db/postgres_listener.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace cloche::db {

namespace asio = boost::asio;
using runtime::task;
using runtime::use_task;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{5'000};

using pause_timer = asio::basic_waitable_timer<
    std::chrono::steady_clock,
    asio::wait_traits<std::chrono::steady_clock>,
    runtime::io_executor>;

}  // namespace

struct postgres_listener::state {
    state(
        asio::io_context& on, const postgres_address& to, const std::string& channel, listener told
    )
        : loop(on),
          address(to),
          listen("LISTEN " + channel),
          heard(std::move(told)),
          connection(on),
          pause(on.get_executor()) {}

    asio::io_context& loop;
    const postgres_address address;
    const std::string listen;
    const listener heard;
    postgres_connection connection;
    pause_timer pause;
    bool closed = false;

    /// Until the connection breaks. Whether it ever heard anything.
    task<bool> hear() {
        const auto opened = co_await connection.open(address);
        if (!opened) co_return false;
        const auto listening = co_await connection.execute(listen);
        if (!listening) co_return false;
        for (;;) {
            const auto text = co_await connection.notification();
            if (!text || closed) co_return true;
            heard(*text);
        }
    }

    void close() {
        closed = true;
        connection.stop();
        pause.cancel();
    }
};

namespace {

template <class State>
task<void> keep_hearing(std::shared_ptr<State> self) {
    milliseconds next = first_pause;
    while (!self->closed) {
        const bool heard = co_await self->hear();
        if (self->closed) co_return;
        next = heard ? first_pause : std::min(next * 2, longest_pause);
        error woken;
        self->pause.expires_after(next);
        co_await self->pause.async_wait(asio::redirect_error(use_task, woken));
    }
}

}  // namespace

postgres_listener::postgres_listener(
    asio::io_context& loop,
    const postgres_address& address,
    const std::string& channel,
    listener heard
)
    : state_(std::make_shared<state>(loop, address, channel, std::move(heard))) {
    auto hearing = keep_hearing(state_);
    asio::co_spawn(loop, std::move(hearing), asio::detached);
}

postgres_listener::~postgres_listener() {
    auto& loop = state_->loop;
    asio::post(loop, [closing = std::move(state_)] { closing->close(); });
}

}  // namespace cloche::db
