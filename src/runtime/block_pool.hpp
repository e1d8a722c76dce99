// Blocks of bytes to read into, kept for reuse by each thread, so that a connection holds one only
// while it has something to read.
#pragma once

#include <cstddef>
#include <utility>

namespace cloche::runtime {

/// Owns a block, uninitialised; gives it back to the pool of the thread that it is destroyed on.
class block {
public:
    /// Heads, and answers that fit.
    static constexpr std::size_t small = 8 * 1024;
    /// Bodies: fewer system calls per byte.
    static constexpr std::size_t large = 128 * 1024;

    block() = default;
    /// Of `size` bytes at least. The two sizes above come from the pool.
    explicit block(std::size_t size);
    ~block() { reset(); }
    block(block&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    block& operator=(block&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }

    char* data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    explicit operator bool() const noexcept { return data_ != nullptr; }
    void reset() noexcept;

private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace cloche::runtime
