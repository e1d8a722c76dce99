#include "db/redis_pool.hpp"

#include "db/errc.hpp"
#include "runtime/async_signal.hpp"
#include "runtime/deadline_wheel.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/intrusive/list.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

namespace cloche::db {

namespace asio = boost::asio;
using runtime::task;
using runtime::use_task;
using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

namespace {

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{2'000};
/// What lies between may have forgotten a connection that was idle for longer.
constexpr std::chrono::seconds longest_idle{60};

/// The server cannot be worked with: it is not, or no longer, the primary that answers.
bool is_lost(const redis_value& answer) {
    return answer.failed_with("LOADING") || answer.failed_with("MASTERDOWN");
}
/// Another connection may lead to another server behind the same name.
bool is_misled(const redis_value& answer) {
    return answer.failed_with("READONLY") || answer.failed_with("NOAUTH") || is_lost(answer);
}

}  // namespace

struct redis_pool::shared {
    std::shared_ptr<const redis_target> where;
    redis_pool_options options;

    void note(const std::string& words) {
        const std::lock_guard lock(mutex);
        failure = words;
    }

    mutable std::mutex mutex;
    std::string failure;
};

/// A connection, or the right to make one. Goes back to its lane by itself: to be used again after
/// `keep`, else to be closed.
class redis_pool::lease {
public:
    lease() = default;
    lease(std::shared_ptr<lane> own, std::unique_ptr<redis_link> with) noexcept
        : own_(std::move(own)), link_(std::move(with)) {}
    lease(lease&& other) noexcept = default;
    inline lease& operator=(lease&& other) noexcept;
    ~lease() { give_back(); }

    explicit operator bool() const noexcept { return own_ != nullptr; }
    redis_link& link() const noexcept { return *link_; }
    void keep() noexcept { kept_ = true; }

private:
    inline void give_back() noexcept;

    std::shared_ptr<lane> own_;
    std::unique_ptr<redis_link> link_;
    bool kept_ = false;
};

/// Leaves the queue with the coroutine it stands for.
struct redis_pool::waiter
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    inline waiter(lane& own, call_order asked);

    void give_up() {
        late = true;
        unlink();
        turn.set();
    }

    const call_order order;
    runtime::async_signal turn;
    runtime::deadline limit;
    lease got;
    bool late = false;
};

/// What belongs to one I/O thread, and is used there only.
class redis_pool::lane : public std::enable_shared_from_this<lane> {
public:
    lane(asio::io_context& home, runtime::deadline_wheel& wheel, std::shared_ptr<shared> all)
        : home_(home.get_executor()), wheel_(wheel), all_(std::move(all)) {}

    const runtime::io_executor& executor() const noexcept { return home_; }
    runtime::deadline_wheel& wheel() noexcept { return wheel_; }
    shared& all() noexcept { return *all_; }

    bool is_closed() const noexcept { return closed_; }
    bool is_away() const { return pause_.count() > 0 && steady::now() < not_before_; }
    bool has_room() const noexcept { return open_ < all_->options.connections; }
    bool may_wait(call_order order) const noexcept {
        return order == call_order::ahead || waiting_.size() < all_->options.waiting;
    }

    lease idle_one() {
        while (!idle_.empty()) {
            auto last = std::move(idle_.back());
            idle_.pop_back();
            if (steady::now() - last.since < longest_idle && !last.link->is_dead())
                return lease(shared_from_this(), std::move(last.link));
            --open_;
        }
        return lease();
    }
    lease fresh_one() {
        ++open_;
        return lease(shared_from_this(), std::make_unique<redis_link>(home_, wheel_));
    }
    void queue(waiter& next) {
        next.turn.reset();
        const auto in_turn = [](const waiter& each) { return each.order == call_order::in_turn; };
        const auto behind = next.order == call_order::ahead
                                ? std::ranges::find_if(waiting_, in_turn)
                                : waiting_.end();
        waiting_.insert(behind, next);
        next.limit.arm(all_->options.call_limit);
    }

    void take_back(std::unique_ptr<redis_link> link) {
        const bool usable = link && link->is_open() && !closed_;
        if (usable && waiting_.empty()) {
            idle_.push_back({std::move(link), steady::now()});
            return;
        }
        if (!usable) --open_;
        if (waiting_.empty()) return;
        auto& first = waiting_.front();
        waiting_.pop_front();
        if (usable) first.got = lease(shared_from_this(), std::move(link));
        first.turn.set();
    }

    void worked() noexcept { pause_ = milliseconds(0); }
    void failed() {
        // Calls that were on together fail together: they count once.
        if (is_away()) return;
        pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
        not_before_ = steady::now() + pause_;
        wake_all();
    }
    void close_idle() noexcept {
        open_ -= idle_.size();
        idle_.clear();
    }
    void close() {
        closed_ = true;
        close_idle();
        wake_all();
    }

private:
    struct idle_link {
        std::unique_ptr<redis_link> link;
        steady::time_point since;
    };

    void wake_all() {
        while (!waiting_.empty()) {
            auto& first = waiting_.front();
            waiting_.pop_front();
            first.turn.set();
        }
    }

    runtime::io_executor home_;
    runtime::deadline_wheel& wheel_;
    std::shared_ptr<shared> all_;
    std::vector<idle_link> idle_;
    boost::intrusive::list<waiter, boost::intrusive::constant_time_size<false>> waiting_;
    std::size_t open_ = 0;  ///< with those that are being made
    milliseconds pause_{0};
    steady::time_point not_before_;
    bool closed_ = false;
};

redis_pool::lease& redis_pool::lease::operator=(lease&& other) noexcept {
    give_back();
    own_ = std::move(other.own_);
    link_ = std::move(other.link_);
    kept_ = std::exchange(other.kept_, false);
    return *this;
}

void redis_pool::lease::give_back() noexcept {
    if (!own_) return;
    if (!kept_) link_.reset();
    const auto own = std::move(own_);
    own->take_back(std::move(link_));
}

redis_pool::waiter::waiter(lane& own, call_order asked)
    : order(asked),
      turn(own.executor()),
      limit(own.wheel(), this, runtime::calls<&waiter::give_up>) {}

redis_pool::redis_pool(
    runtime::io_threads& threads,
    std::shared_ptr<const redis_target> where,
    const redis_pool_options& options
)
    : shared_(std::make_shared<shared>()) {
    shared_->where = std::move(where);
    shared_->options = options;
    for (std::size_t index = 0; index < threads.size(); ++index)
        lanes_.push_back(
            std::make_shared<lane>(threads.context(index), threads.wheel(index), shared_)
        );
}

redis_pool::~redis_pool() {
    for (auto& own : lanes_) {
        const auto home = own->executor();
        asio::post(home, [own = std::move(own)] { own->close(); });
    }
}

std::string redis_pool::last_failure() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->failure;
}

task<result<redis_link::replies>> redis_pool::call(
    redis_commands commands, redis_repeat repeat, call_order order
) {
    const auto own = lanes_[runtime::io_threads::current() % lanes_.size()];
    const auto here = co_await asio::this_coro::executor;
    auto work = run(own, std::move(commands), repeat, order);
    if (here == own->executor()) {
        auto answers = co_await std::move(work);
        co_return answers;
    }
    auto answers = co_await asio::co_spawn(own->executor(), std::move(work), use_task);
    co_return answers;
}

task<result<redis_link::replies>> redis_pool::run(
    std::shared_ptr<lane> own, redis_commands commands, redis_repeat repeat, call_order order
) {
    for (bool again = repeat == redis_repeat::yes;; again = false) {
        auto taken = co_await take(own, order);
        if (!taken) co_return taken.error();
        redis_link& link = taken->link();
        const bool reused = link.used();
        auto answers = co_await link.call(commands, own->all().options.call_limit);
        if (!answers) {
            own->all().note(link.words());
            if (link.was_late()) own->failed();
            if (again && reused && !link.was_late()) continue;
            co_return answers.error();
        }
        if (std::ranges::any_of(*answers, is_misled)) {
            own->close_idle();
            if (std::ranges::any_of(*answers, is_lost)) own->failed();
            co_return answers;
        }
        own->worked();
        taken->keep();
        co_return answers;
    }
}

task<result<redis_pool::lease>> redis_pool::take(std::shared_ptr<lane> own, call_order order) {
    waiter turn(*own, order);
    for (;;) {
        if (own->is_closed() || own->is_away()) CLOCHE_CO_FAIL(errc::unavailable);
        if (auto idle = own->idle_one()) co_return std::move(idle);
        if (own->has_room()) {
            auto made = co_await connect(own);
            co_return made;
        }
        if (!own->may_wait(order)) {
            own->all().note("more calls at once than the connections can carry");
            CLOCHE_CO_FAIL(errc::unavailable);
        }
        own->queue(turn);
        co_await turn.turn.wait();
        turn.limit.disarm();
        if (turn.got) co_return std::move(turn.got);
        if (!turn.late) continue;
        own->all().note("no connection became free in time");
        CLOCHE_CO_FAIL(errc::unavailable);
    }
}

task<result<redis_pool::lease>> redis_pool::connect(std::shared_ptr<lane> own) {
    lease made = own->fresh_one();
    const auto& all = own->all();
    const auto failed = co_await made.link().connect(all.where, all.options.connect_limit);
    if (failed) {
        own->all().note(made.link().words());
        own->failed();
        co_return failed;
    }
    co_return std::move(made);
}

}  // namespace cloche::db
