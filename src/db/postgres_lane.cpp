#include "db/postgres_lane.hpp"

#include <algorithm>
#include <utility>

namespace cloche::db {

namespace asio = boost::asio;
using runtime::task;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{2'000};
constexpr milliseconds longest_wait{2'000};

milliseconds pause_after(unsigned failures) {
    const unsigned doublings = std::min(failures - 1, 5U);
    return std::min(first_pause * (1 << doublings), longest_pause);
}

}  // namespace

void postgres_shared::note_failure(const std::string& words) {
    const std::lock_guard lock(mutex_);
    failure_ = words;
}

std::string postgres_shared::last_failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

postgres_lane::waiter::waiter(asio::io_context& loop, call_order asked)
    : order(asked),
      woken(loop.get_executor()),
      limit(runtime::deadline_wheel::of(loop), this, runtime::calls<&waiter::on_limit>) {}

void postgres_lane::waiter::wake() {
    limit.disarm();
    unlink();
    woken.set();
}

void postgres_lane::waiter::on_limit() {
    refused = true;
    wake();
}

postgres_lane::postgres_lane(asio::io_context& loop, std::shared_ptr<postgres_shared> shared)
    : loop_(loop), shared_(std::move(shared)) {}

void postgres_lane::close() {
    closed_ = true;
    forget_idle();
    refuse_all();
}

void postgres_lane::forget_idle() {
    open_ -= idle_.size();
    idle_.clear();
}

void postgres_lane::refuse_all() {
    while (!waiters_.empty()) {
        waiters_.front().refused = true;
        waiters_.front().wake();
    }
}

task<result<postgres_rows>> postgres_lane::run(const postgres_query& query, call_order order) {
    auto taken = co_await take(order);
    if (!taken) co_return taken.error();
    auto connection = std::move(*taken);
    auto rows = co_await connection->run(query);
    if (!rows && rows.error() != errc::constraint)
        shared_->note_failure(connection->last_failure());
    give_back(std::move(connection));
    co_return rows;
}

void postgres_lane::queue(waiter& next) {
    const auto in_turn = [](const waiter& each) { return each.order == call_order::in_turn; };
    const auto behind =
        next.order == call_order::ahead ? std::ranges::find_if(waiters_, in_turn) : waiters_.end();
    waiters_.insert(behind, next);
    next.limit.arm(longest_wait);
}

task<result<postgres_lane::connection_ptr>> postgres_lane::take(call_order order) {
    while (!closed_) {
        connection_ptr found = take_idle();
        if (!found && may_connect()) {
            found = co_await connect();
            if (!found && is_away()) break;
        } else if (!found) {
            const bool full = waiting_ >= most_waiting && order == call_order::in_turn;
            if (is_away() || full) break;
            waiter queued(loop_, order);
            queue(queued);
            ++waiting_;
            co_await queued.woken.wait();
            --waiting_;
            if (queued.refused) break;
            found = std::move(queued.given);
        }
        if (found) co_return std::move(found);
    }
    CLOCHE_CO_FAIL(errc::unavailable);
}

postgres_lane::connection_ptr postgres_lane::take_idle() {
    while (!idle_.empty()) {
        connection_ptr found = std::move(idle_.back());
        idle_.pop_back();
        if (found->is_alive()) return found;
        --open_;
    }
    return nullptr;
}

bool postgres_lane::may_connect() const {
    if (open_ >= most_connections) return false;
    // One alone finds out whether the server is back.
    return failures_ == 0 || (connecting_ == 0 && clock::now() >= retry_at_);
}

task<postgres_lane::connection_ptr> postgres_lane::connect() {
    ++open_;
    ++connecting_;
    auto made = std::make_unique<postgres_connection>(loop_);
    // A machine that is gone does not even refuse: it is not to be waited for each time.
    const std::size_t first = shared_->good_host;
    const auto opened = co_await made->open(shared_->address, first);
    --connecting_;
    if (opened) {
        shared_->good_host = made->host();
        failures_ = 0;
        co_return made;
    }
    --open_;
    ++failures_;
    retry_at_ = clock::now() + pause_after(failures_);
    shared_->note_failure(made->last_failure());
    if (is_away()) refuse_all();
    co_return nullptr;
}

void postgres_lane::give_back(connection_ptr used) {
    const bool usable = used->is_usable() && !closed_;
    if (used->is_bad_server()) forget_idle();
    if (!usable) {
        used.reset();
        --open_;
        if (!waiters_.empty()) waiters_.front().wake();
    } else if (!waiters_.empty()) {
        waiters_.front().given = std::move(used);
        waiters_.front().wake();
    } else {
        idle_.push_back(std::move(used));
    }
}

}  // namespace cloche::db
