#include "runtime/block_pool.hpp"

#include <memory>
#include <vector>

namespace cloche::runtime {

namespace {

using memory = std::unique_ptr<char[]>;

// What a thread keeps: 1 MiB of each size at most.
class free_list {
public:
    explicit free_list(std::size_t size) : size_(size), most_(1024 * 1024 / size) {
        free_.reserve(most_);
    }
    char* take() {
        // Not make_unique: it would fill the block with zeroes.
        if (free_.empty()) return new char[size_];
        char* taken = free_.back().release();
        free_.pop_back();
        return taken;
    }
    void give(char* data) noexcept {
        memory owned(data);
        if (free_.size() < most_) free_.push_back(std::move(owned));
    }

private:
    std::size_t size_;
    std::size_t most_;
    std::vector<memory> free_;
};

struct thread_blocks {
    free_list small{block::small};
    free_list large{block::large};
    bool* alive;

    explicit thread_blocks(bool& flag) : alive(&flag) { flag = true; }
    ~thread_blocks() { *alive = false; }
};

// A block may outlive the pool of its thread, at the end of the process.
thread_blocks* pool_of_thread() {
    thread_local bool alive = false;
    thread_local bool made = false;
    if (made && !alive) return nullptr;
    made = true;
    thread_local thread_blocks blocks(alive);
    return &blocks;
}

}  // namespace

block::block(std::size_t size) : size_(size) {
    auto* pool = size <= large ? pool_of_thread() : nullptr;
    if (size <= small)
        size_ = small;
    else if (size <= large)
        size_ = large;
    if (!pool)
        data_ = new char[size_];
    else
        data_ = size_ == small ? pool->small.take() : pool->large.take();
}

void block::reset() noexcept {
    char* data = std::exchange(data_, nullptr);
    const auto size = std::exchange(size_, 0);
    if (!data) return;
    auto* pool = size <= large ? pool_of_thread() : nullptr;
    if (!pool)
        delete[] data;
    else if (size == small)
        pool->small.give(data);
    else
        pool->large.give(data);
}

}  // namespace cloche::runtime
