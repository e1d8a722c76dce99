#include "db/redis_subscription.hpp"

#include "db/redis_link.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

namespace cloche::db {

namespace asio = boost::asio;
using runtime::task;
using runtime::use_task;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds limit{2'000};
/// A connection over which nothing came for so long is asked whether it is still one.
constexpr milliseconds quiet{10'000};
constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{2'000};

}  // namespace

struct redis_subscription::state {
    using timer = asio::basic_waitable_timer<
        std::chrono::steady_clock,
        asio::wait_traits<std::chrono::steady_clock>,
        runtime::io_executor>;

    state(asio::io_context& home, runtime::deadline_wheel& on)
        : executor(home.get_executor()), wheel(on), sleep(executor) {}

    runtime::io_executor executor;
    runtime::deadline_wheel& wheel;
    timer sleep;
    std::shared_ptr<const redis_target> where;
    std::string channel;
    milliseconds pause{0};
    redis_link* link = nullptr;  ///< while there is one
    bool over = false;

    void tell(const redis_value& message) {
        // "message", channel, text
        if (message.items.size() != 3 || message.items[0].text != "message") return;
        const std::lock_guard lock(mutex);
        if (heard) heard(message.items[2].text);
    }

    std::mutex mutex;
    listener heard;  ///< null: nobody listens any more
};

redis_subscription::redis_subscription(
    runtime::io_threads& threads,
    std::shared_ptr<const redis_target> where,
    std::string channel,
    listener heard
)
    : state_(std::make_shared<state>(threads.context(0), threads.wheel(0))) {
    state_->where = std::move(where);
    state_->channel = std::move(channel);
    state_->heard = std::move(heard);
    asio::co_spawn(state_->executor, keep_listening(state_), asio::detached);
}

redis_subscription::~redis_subscription() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->heard = nullptr;
    }
    const auto home = state_->executor;
    asio::post(home, [own = std::move(state_)] {
        own->over = true;
        own->sleep.cancel();
        if (own->link) own->link->close();
    });
}

task<void> redis_subscription::keep_listening(std::shared_ptr<state> own) {
    while (!own->over) {
        co_await listen(own);
        if (own->over) break;
        own->pause = std::clamp(own->pause * 2, first_pause, longest_pause);
        co_await rest(own);
    }
}

task<void> redis_subscription::rest(std::shared_ptr<state> own) {
    error ignored;
    own->sleep.expires_after(own->pause);
    co_await own->sleep.async_wait(asio::redirect_error(use_task, ignored));
}

// Until the connection breaks.
task<void> redis_subscription::listen(std::shared_ptr<state> own) {
    redis_link link(own->executor, own->wheel);
    struct known {
        known(state& in, redis_link& made) : where(in) { where.link = &made; }
        ~known() { where.link = nullptr; }
        state& where;
    };
    const known here(*own, link);

    const auto failed = co_await link.connect(own->where, limit);
    if (failed || own->over) co_return;
    redis_commands subscribe;
    subscribe.add({"SUBSCRIBE", own->channel});
    const auto said = co_await link.say(subscribe, limit);
    if (said) co_return;
    redis_commands ping;
    ping.add({"PING"});
    bool asked = false;
    while (!own->over) {
        const auto patience = asked ? limit : quiet;
        const auto heard = co_await link.listen(patience);
        if (!heard) co_return;
        if (*heard) {
            if ((*heard)->is_failure()) co_return;
            own->pause = milliseconds(0);
            asked = false;
            own->tell(**heard);
            continue;
        }
        if (asked) co_return;
        asked = true;
        const auto sent = co_await link.say(ping, limit);
        if (sent) co_return;
    }
}

}  // namespace cloche::db
