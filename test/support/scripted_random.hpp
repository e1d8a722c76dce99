// A random source that gives what the test says, or else counts.
#pragma once

#include "crypto/random.hpp"

#include <deque>
#include <stdexcept>
#include <string>
#include <utility>

namespace cloche::test {

class scripted_random final : public crypto::random_source {
public:
    scripted_random() = default;
    explicit scripted_random(std::deque<std::string> script) : script_(std::move(script)) {}

    /// The next text of the script; once it is used up, bytes that no call before gave.
    std::string bytes(std::size_t count) override {
        if (script_.empty()) {
            auto counted = std::to_string(++calls_);
            counted.resize(count, '.');
            return counted;
        }
        auto next = std::move(script_.front());
        script_.pop_front();
        if (next.size() != count) throw std::logic_error("the script has another size");
        return next;
    }

private:
    std::deque<std::string> script_;
    unsigned calls_ = 0;
};

}  // namespace cloche::test
