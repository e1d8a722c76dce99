// A server on loopback, at a port of its own, with the scripted handler behind it.
#pragma once

#include "http/server.hpp"
#include "runtime/io_threads.hpp"
#include "unit/http_io/raw_client.hpp"
#include "unit/http_io/scripted_handler.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace cloche::http {

class server_fixture : public testing::Test {
protected:
    server_fixture() { options_.listen = "127.0.0.1:0"; }
    ~server_fixture() override { stop(); }

    /// Starts it on the first call, with what options_ says then.
    std::uint16_t port() {
        if (port_ == 0) {
            server_.emplace(threads_, options_, handler_);
            std::string why;
            auto where = server_->start(why);
            if (!where) throw std::runtime_error(why);
            threads_.start();
            port_ = where->port();
        }
        return port_;
    }
    raw_client connect() { return raw_client(port()); }
    void stop() {
        if (!server_) return;
        server_->drain(std::chrono::milliseconds(0));
        threads_.stop();
        server_.reset();
    }

    scripted_handler handler_;
    server_options options_;
    runtime::io_threads threads_{1};
    std::optional<server> server_;

private:
    std::uint16_t port_ = 0;
};

inline std::string get(const std::string& target, const std::string& fields = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

inline std::string post(
    const std::string& target, const std::string& body, const std::string& fields = {}
) {
    return "POST " + target + " HTTP/1.1\r\nHost: a\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::string post_chunked(const std::string& target, const std::string& chunks) {
    return "POST " + target + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}

}  // namespace cloche::http
