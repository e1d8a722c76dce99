#include "runtime/io_threads.hpp"

#include "runtime/hang_up_set.hpp"

#include <pthread.h>

#include <boost/asio/executor_work_guard.hpp>

#include <algorithm>
#include <csignal>
#include <string>
#include <thread>

namespace cloche::runtime {

namespace {

thread_local std::size_t current_index = 0;

}  // namespace

struct io_threads::state {
    struct lane {
        asio::io_context context{1};  // one thread runs it
        deadline_wheel& wheel = deadline_wheel::of(context);
        hang_up_set& ends = hang_up_set::of(context);
        asio::executor_work_guard<io_executor> work{context.get_executor()};
    };
    std::vector<std::unique_ptr<lane>> lanes;
    std::vector<std::thread> threads;
};

io_threads::io_threads(std::size_t count) : state_(std::make_unique<state>()) {
    // Libraries write to sockets without MSG_NOSIGNAL.
    std::signal(SIGPIPE, SIG_IGN);  // NOLINT: the process has no other thread yet
    // A file that may not grow (ulimit -f) is an error like a full disk, and not the end.
    std::signal(SIGXFSZ, SIG_IGN);  // NOLINT
    if (count == 0) count = std::max<std::size_t>(1, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < count; ++i) {
        state_->lanes.push_back(std::make_unique<state::lane>());
    }
}

io_threads::~io_threads() {
    stop();
}

std::size_t io_threads::size() const noexcept {
    return state_->lanes.size();
}

asio::io_context& io_threads::context(std::size_t index) noexcept {
    return state_->lanes[index]->context;
}

deadline_wheel& io_threads::wheel(std::size_t index) noexcept {
    return state_->lanes[index]->wheel;
}

std::size_t io_threads::current() noexcept {
    return current_index;
}

void io_threads::start() {
    for (std::size_t i = 0; i < state_->lanes.size(); ++i) {
        auto* lane = state_->lanes[i].get();
        auto& thread = state_->threads.emplace_back([lane, i] {
            current_index = i;
            lane->context.run();
        });
        pthread_setname_np(thread.native_handle(), ("io-" + std::to_string(i)).c_str());
    }
}

void io_threads::stop() {
    for (auto& lane : state_->lanes)
        lane->context.stop();
    for (auto& thread : state_->threads)
        thread.join();
    state_->threads.clear();
}

}  // namespace cloche::runtime
