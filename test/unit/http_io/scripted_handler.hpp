// The other side of the exchanges in these tests: what it does hangs on the path.
#pragma once

#include "http/client_stream.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace cloche::http {

class scripted_handler final : public exchange_handler {
public:
    runtime::task<void> handle(client_stream& stream) override;
    reply refuse(error reason) override;

    /// What exchanges said about themselves, in order: "gone", "client_gone", "write failed", ...
    std::vector<std::string> told();
    void tell(std::string what);
    /// Waits until `what` was told.
    void wait_until_told(const std::string& what);

private:
    std::mutex guard_;
    std::vector<std::string> told_;
};

}  // namespace cloche::http
