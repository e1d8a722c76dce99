// Passes every request on to one upstream, as the gateway does, and takes a 401 up once where the
// path asks for it.
#pragma once

#include "http/client.hpp"
#include "http/client_stream.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace cloche::http {

class proxy_handler final : public exchange_handler {
public:
    explicit proxy_handler(client& upstream) : upstream_(upstream) {}

    runtime::task<void> handle(client_stream& stream) override;
    reply refuse(error reason) override;

    /// How exchanges ended: "done", or the message of their error.
    void wait_until_told(const std::string& what);
    void wait_until_told(error what) { wait_until_told(what.message()); }

private:
    void tell(const result<void>& outcome);
    client& upstream_;
    std::mutex guard_;
    std::vector<std::string> told_;
};

}  // namespace cloche::http
