// A process that keeps its sessions in PostgreSQL, as far as its store goes; and a moment's
// patience for what other processes do.
#pragma once

#include "crypto/key_ring.hpp"
#include "crypto/random.hpp"
#include "runtime/io_threads.hpp"
#include "session/postgres_session_store.hpp"
#include "support/run_task.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace cloche::test {

class postgres_replica {
public:
    explicit postgres_replica(const std::string& url) {
        threads_.start();
        std::string why;
        store_ = session::make_postgres_session_store(
            threads_, url, keys_, random_, session::refresh_options(), why
        );
        if (!store_) throw std::runtime_error(why);
    }

    session::session_store* operator->() { return store_.get(); }
    runtime::io_threads& threads() { return threads_; }

    error create(const session::record& fresh) { return run_task(store_->create(fresh)).error(); }
    result<session::record_ptr> load(std::string_view name) {
        return run_task(store_->load(session::hash_of(name)));
    }
    result<session::record_ptr> swap(const session::record& next) {
        return run_task(store_->compare_and_swap(next));
    }

private:
    crypto::system_random random_;
    crypto::key_ring keys_{{crypto::key_ring::key("key00001", std::string(32, 'k'))}};
    runtime::io_threads threads_{2};
    std::unique_ptr<session::session_store> store_;
};

/// Whether it comes true within a good while.
template <class Condition>
bool eventually(Condition holds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

}  // namespace cloche::test
