// A session store that can go away, and before which something can happen.
#pragma once

#include "session/session_store.hpp"

#include <atomic>
#include <functional>
#include <mutex>
#include <utility>

namespace cloche::test {

class faulty_store final : public session::session_store {
public:
    explicit faulty_store(session::session_store& real) : real_(real) {}

    void go_away() { away_ = true; }
    void come_back() {
        left_ = -1;
        away_ = false;
    }
    /// Lets that many more operations through, then goes away.
    void go_away_after(int operations) { left_ = operations; }

    /// Runs once, between the next swap's request and its execution: someone else is faster.
    void before_next_swap(std::function<void(session::session_store&)> what) {
        const std::lock_guard lock(mutex_);
        before_swap_ = std::move(what);
    }
    /// Another process has changed the record.
    void changed_elsewhere(const session::id_hash& id) {
        const std::lock_guard lock(mutex_);
        if (heard_) heard_(id);
    }
    void on_change(session::change_listener heard) override {
        const std::lock_guard lock(mutex_);
        heard_ = std::move(heard);
    }
    /// The next swap is made, and its answer does not arrive.
    void lose_next_answer() { losing_ = true; }
    int swaps() const { return swaps_; }
    int loads() const { return loads_; }
    int touches() const { return touches_; }

    runtime::task<result<void>> create(session::record fresh) override {
        if (is_away()) co_return make_error_code(session::errc::store_unavailable);
        auto made = co_await real_.create(std::move(fresh));
        co_return made;
    }
    runtime::task<result<session::record_ptr>> load(session::id_hash id) override {
        ++loads_;
        if (is_away()) co_return make_error_code(session::errc::store_unavailable);
        auto loaded = co_await real_.load(id);
        co_return loaded;
    }
    runtime::task<result<session::record_ptr>> compare_and_swap(session::record next) override {
        ++swaps_;
        if (is_away()) co_return make_error_code(session::errc::store_unavailable);
        run_before_swap();
        auto swapped = co_await real_.compare_and_swap(std::move(next));
        if (losing_.exchange(false)) co_return make_error_code(session::errc::store_unavailable);
        co_return swapped;
    }
    void touch(const session::id_hash& id, instant when) override {
        ++touches_;
        real_.touch(id, when);
    }
    runtime::task<result<std::vector<session::record_ptr>>> due(instant now, std::size_t limit)
        override {
        if (is_away()) co_return make_error_code(session::errc::store_unavailable);
        auto found = co_await real_.due(now, limit);
        co_return found;
    }
    runtime::task<result<std::vector<session::record_ptr>>> in_flight() override {
        if (is_away()) co_return make_error_code(session::errc::store_unavailable);
        auto found = co_await real_.in_flight();
        co_return found;
    }
    runtime::task<result<std::vector<session::record_ptr>>> suspended() override {
        if (is_away()) co_return make_error_code(session::errc::store_unavailable);
        auto found = co_await real_.suspended();
        co_return found;
    }
    runtime::task<result<std::vector<session::record_ptr>>> list_by_subject(std::string subject
    ) override {
        if (is_away()) co_return make_error_code(session::errc::store_unavailable);
        auto found = co_await real_.list_by_subject(std::move(subject));
        co_return found;
    }
    runtime::task<result<std::size_t>> purge(instant now) override {
        if (is_away()) co_return make_error_code(session::errc::store_unavailable);
        auto gone = co_await real_.purge(now);
        co_return gone;
    }
    std::size_t live_count() const override { return real_.live_count(); }
    runtime::task<result<void>> flush() override {
        if (is_away()) co_return make_error_code(session::errc::store_unavailable);
        auto written = co_await real_.flush();
        co_return written;
    }

private:
    bool is_away() {
        if (left_ >= 0 && left_-- == 0) away_ = true;
        return away_;
    }
    void run_before_swap() {
        std::function<void(session::session_store&)> what;
        {
            const std::lock_guard lock(mutex_);
            what.swap(before_swap_);
        }
        if (what) what(real_);
    }

    session::session_store& real_;
    std::atomic<bool> away_ = false;
    std::atomic<bool> losing_ = false;
    std::atomic<int> left_ = -1;
    std::atomic<int> swaps_ = 0;
    std::atomic<int> loads_ = 0;
    std::atomic<int> touches_ = 0;
    std::mutex mutex_;
    session::change_listener heard_;
    std::function<void(session::session_store&)> before_swap_;
};

}  // namespace cloche::test
