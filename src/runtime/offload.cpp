#include "runtime/offload.hpp"

#include "base/error_category.hpp"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace cloche::runtime {

namespace {

const char* describe(offload_errc code) noexcept {
    switch (code) {
        case offload_errc::overloaded:
            return "too much work is waiting already";
    }
    return nullptr;
}

constexpr enum_category<offload_errc> category("offload", describe);

}  // namespace

const boost::system::error_category& offload_category() noexcept {
    return category;
}

struct worker_pool::state {
    std::mutex guard;
    std::condition_variable changed;
    std::deque<std::function<void()>> waiting;
    std::size_t most = 0;
    std::size_t idle = 0;  ///< threads that wait for work
    bool ending = false;
    std::vector<std::thread> threads;

    void work() {
        std::unique_lock lock(guard);
        for (;;) {
            ++idle;
            changed.wait(lock, [this] { return ending || !waiting.empty(); });
            --idle;
            if (ending) return;
            auto next = std::move(waiting.front());
            waiting.pop_front();
            lock.unlock();
            next();
            next = nullptr;
            lock.lock();
        }
    }
};

worker_pool::worker_pool(std::size_t threads, std::size_t queue)
    : state_(std::make_unique<state>()) {
    const std::size_t cores = std::thread::hardware_concurrency();
    if (threads == 0) threads = std::max<std::size_t>(2, cores) - 1;
    state_->most = queue;
    for (std::size_t i = 0; i < threads; ++i) {
        auto& thread = state_->threads.emplace_back([shared = state_.get()] { shared->work(); });
        pthread_setname_np(thread.native_handle(), "worker");
    }
}

worker_pool::~worker_pool() {
    stop();
}

void worker_pool::stop() {
    {
        const std::lock_guard lock(state_->guard);
        state_->ending = true;
    }
    state_->changed.notify_all();
    for (auto& thread : state_->threads)
        thread.join();
    state_->threads.clear();
    state_->waiting.clear();
}

bool worker_pool::try_submit(std::function<void()> work) {
    {
        const std::lock_guard lock(state_->guard);
        // What an idle thread is about to take does not wait.
        if (state_->ending || state_->waiting.size() >= state_->most + state_->idle) return false;
        state_->waiting.push_back(std::move(work));
    }
    state_->changed.notify_one();
    return true;
}

}  // namespace cloche::runtime
