// What answers on the listener for plain http beside one for https: leads people's pages to https,
// and refuses all else. A program that once sent its cookie or password in the clear would go on
// doing so, if it were led on without a word (CA-6).
#pragma once

#include "gateway/options.hpp"
#include "http/client_stream.hpp"

#include <functional>
#include <map>
#include <span>
#include <string>

namespace cloche::gateway {

class https_redirect final : public http::exchange_handler {
public:
    /// `origins`: ours, all https, as browsers write them. The options outlive it.
    https_redirect(const gateway_options& options, std::span<const std::string> origins);

    runtime::task<void> handle(http::client_stream& stream) override;
    http::reply refuse(error reason) override;

    /// Pure.
    http::reply answer_to(const http::request_head& head) const;

private:
    const gateway_options& options_;
    std::map<std::string, std::string, std::less<>> origin_of_host_;  ///< by the name alone
};

}  // namespace cloche::gateway
