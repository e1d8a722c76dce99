// Random bytes behind an interface, so that tests can script them.
#pragma once

#include <cstddef>
#include <string>

namespace cloche::crypto {

class random_source {
public:
    virtual ~random_source() = default;
    virtual std::string bytes(std::size_t count) = 0;
};

/// The operating system's generator, by libsodium. Any thread.
class system_random final : public random_source {
public:
    std::string bytes(std::size_t count) override;
};

/// The same out of a buffer for each thread, refilled now and then: for names that are made for
/// each request and guard nothing (request ids, trace ids, jitter). Any thread.
class buffered_random final : public random_source {
public:
    std::string bytes(std::size_t count) override;
};

}  // namespace cloche::crypto
