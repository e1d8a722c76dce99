// Text that must not be seen: tokens, passwords, keys.
//
// A secret wipes its memory, has no stream operator, and no formatter takes it, so that it cannot
// reach a log by accident. `reveal()` is the one way to the characters; grep for it to see where
// secrets leave the process. Each meaning is a type of its own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace cloche {

/// Overwrites memory in a way that the optimiser keeps.
void wipe(void* data, std::size_t size) noexcept;

/// The same for all that the text holds, characters it no longer counts included, and empties it.
void wipe(std::string& text) noexcept;

template <class Tag>
class secret {
public:
    secret() = default;
    explicit secret(std::string value) : value_(std::move(value)) {
        wipe(value);  // a short text is copied by its move
    }
    secret(const secret&) = default;
    secret(secret&& other) noexcept : value_(std::move(other.value_)) { other.clear(); }
    secret& operator=(const secret& other) {
        if (this != &other) {
            clear();
            value_ = other.value_;
        }
        return *this;
    }
    secret& operator=(secret&& other) noexcept {
        if (this != &other) {
            clear();
            value_ = std::move(other.value_);
            other.clear();
        }
        return *this;
    }
    ~secret() { clear(); }

    /// The characters. The sharp end: never into a log, an error, or a body the browser sees.
    std::string_view reveal() const noexcept { return value_; }
    bool empty() const noexcept { return value_.empty(); }
    std::size_t size() const noexcept { return value_.size(); }

    /// Not in constant time: for comparing what we hold ourselves, not what a client presents.
    friend bool operator==(const secret& a, const secret& b) noexcept {
        return a.value_ == b.value_;
    }

private:
    void clear() noexcept { wipe(value_); }
    std::string value_;
};

using access_token = secret<struct access_token_tag>;
using refresh_token = secret<struct refresh_token_tag>;
using password = secret<struct password_tag>;

}  // namespace cloche
