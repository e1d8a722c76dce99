// Session stores on a Redis server, with the threads they need.
#pragma once

#include "crypto/random.hpp"
#include "runtime/io_threads.hpp"
#include "session/redis_session_store.hpp"
#include "support/redis_server.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace cloche::test {

/// Makes stores that share keys, options and I/O threads; they go first.
class redis_stores {
public:
    redis_stores() { threads_.start(); }

    std::unique_ptr<session::session_store> open(const std::string& url) {
        std::string why;
        auto opened = open(url, why);
        if (!opened) throw std::runtime_error(why);
        return opened;
    }
    std::unique_ptr<session::session_store> open(const std::string& url, std::string& why) {
        return session::make_redis_session_store(
            threads_, url, keys_, random_, session::refresh_options(), health_, why
        );
    }
    runtime::io_threads& threads() noexcept { return threads_; }
    const session::store_health& health() const noexcept { return *health_; }

private:
    runtime::io_threads threads_{2};
    crypto::system_random random_;
    std::shared_ptr<session::store_health> health_ = std::make_shared<session::store_health>();
    crypto::key_ring keys_{{crypto::key_ring::key("key00001", std::string(32, 'k'))}};
};

}  // namespace cloche::test
