// A refresh coordinator on several threads, with a store that can go away, an API that can fail,
// and a clock that the test moves. Restarting it is killing the process: what was in the air is
// gone, the store stays.
#pragma once

#include "crypto/random.hpp"
#include "runtime/io_threads.hpp"
#include "session/memory_session_store.hpp"
#include "session/refresh_coordinator.hpp"
#include "session/sqlite_session_store.hpp"
#include "support/faulty_store.hpp"
#include "support/manual_clock.hpp"
#include "support/rotating_api.hpp"
#include "support/run_task.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cloche::test {

enum class store_kind { memory, sqlite };

class session_engine {
public:
    explicit session_engine(store_kind kind) : kind_(kind) {
        options.refresh.wait = std::chrono::seconds(20);
        open_store();
    }
    ~session_engine() { kill(); }

    manual_clock clock;
    rotating_api api{clock};
    session::session_options options;
    std::string key = std::string(32, 'k');

    /// With the options as they are now.
    void start() {
        threads_ = std::make_unique<runtime::io_threads>(4);
        threads_->start();
        coordinator_ = std::make_unique<session::refresh_coordinator>(
            *threads_, *faulty_, api, clock, random_, options, listeners()
        );
    }
    /// What was in the air is gone with the process.
    void kill() {
        if (!threads_) return;
        threads_->stop();
        // What a real kill leaves undone, a job that is queued does: it was as good as written.
        if (kind_ == store_kind::sqlite) real_.reset();
        coordinator_.reset();
        threads_.reset();
        faulty_.reset();
        if (kind_ == store_kind::sqlite) {
            open_store();
        } else {
            faulty_ = std::make_unique<faulty_store>(*real_);
        }
    }
    void restart() {
        kill();
        start();
    }

    session::refresh_coordinator& sessions() { return *coordinator_; }
    faulty_store& store() { return *faulty_; }
    /// The store as another process sees it.
    session::session_store& real_store() { return *real_; }
    runtime::io_threads& threads() { return *threads_; }
    crypto::random_source& random() { return random_; }

    session::coordinator_events listeners() {
        session::coordinator_events events;
        events.refreshed = [this](std::string_view what) { count(std::string(what)); };
        events.ended = [this](std::string_view why) { count("ended " + std::string(why)); };
        events.breaker = [this](bool open) { count(open ? "breaker open" : "breaker closed"); };
        events.circuit = [this](bool open) { count(open ? "circuit open" : "circuit closed"); };
        return events;
    }
    int happened(const std::string& what) {
        const std::lock_guard lock(mutex_);
        return counts_[what];
    }

    template <class T>
    std::future<T> begin(runtime::task<T> work, std::size_t thread = 0) {
        return start_task(threads_->context(thread), std::move(work));
    }
    template <class T>
    static T get(std::future<T> outcome) {
        if (outcome.wait_for(std::chrono::seconds(60)) != std::future_status::ready)
            throw std::runtime_error("hangs");
        return outcome.get();
    }
    template <class T>
    T run(runtime::task<T> work) {
        return get(begin(std::move(work)));
    }
    /// Until what other threads do has come about.
    static bool eventually(const std::function<bool()>& holds) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!holds()) {
            if (std::chrono::steady_clock::now() > until) return false;
            std::this_thread::yield();
        }
        return true;
    }

    session::id_hash sign_in(const std::string& subject = "somebody") {
        session::refresh_coordinator::fresh_session fresh;
        fresh.tokens = api.issue();
        fresh.subject = subject;
        return run(coordinator_->sign_in(std::move(fresh), std::nullopt)).value().session->id;
    }
    session::verdict acquire(const session::id_hash& id) { return run(coordinator_->acquire(id)); }
    /// What stands in the store.
    session::record_ptr stored(const session::id_hash& id) {
        return run_task(real_->load(id)).value();
    }
    /// How many sessions have a refresh in the air.
    std::size_t stored_flights() { return run_task(real_->in_flight()).value().size(); }
    /// Another process changes the record.
    void change(const session::id_hash& id, const std::function<void(session::record&)>& how) {
        session::record next = *stored(id);
        how(next);
        if (!run_task(real_->compare_and_swap(std::move(next))))
            throw std::runtime_error("conflict");
    }
    void sweep() { run(coordinator_->sweep()); }
    /// Nothing goes on any more that no request waits for.
    bool idle() {
        return eventually([this] { return coordinator_->in_background() == 0; });
    }

private:
    void open_store() {
        if (kind_ == store_kind::memory) {
            real_ = session::make_memory_session_store(options.refresh);
        } else {
            auto opened = session::make_sqlite_session_store(
                folder_.file("sessions.db"),
                crypto::key_ring({crypto::key_ring::key("key00001", key)}),
                random_,
                options.refresh
            );
            if (!opened) throw std::runtime_error(opened.error().message());
            real_ = std::move(*opened);
        }
        faulty_ = std::make_unique<faulty_store>(*real_);
    }
    void count(const std::string& what) {
        const std::lock_guard lock(mutex_);
        ++counts_[what];
    }

    const store_kind kind_;
    temporary_folder folder_;
    crypto::system_random random_;
    std::mutex mutex_;
    std::map<std::string, int> counts_;
    std::unique_ptr<session::session_store> real_;
    std::unique_ptr<faulty_store> faulty_;
    std::unique_ptr<runtime::io_threads> threads_;
    std::unique_ptr<session::refresh_coordinator> coordinator_;
};

}  // namespace cloche::test
