// An upstream that says and hears exactly the bytes that a test wants.
#pragma once

#include "unit/http_io/raw_client.hpp"

#include <cstdint>

namespace cloche::http {

class raw_upstream {
public:
    raw_upstream();
    ~raw_upstream();
    raw_upstream(const raw_upstream&) = delete;
    raw_upstream& operator=(const raw_upstream&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    /// The next connection.
    raw_client accept();
    /// True if nobody has connected since the last accept().
    bool nobody_came();
    /// From now on connections are refused.
    void close();

private:
    int descriptor_;
    std::uint16_t port_ = 0;
};

}  // namespace cloche::http
