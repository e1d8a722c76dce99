// What the API said to a page or an action.
#pragma once

#include <cloche/export.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche {

/// Names and values, in their order.
using fields = std::vector<std::pair<std::string, std::string>>;

/// The API, or the session's store, could not be asked. A page that does not catch it is answered
/// with what it says.
class CLOCHE_API unavailable : public std::runtime_error {
public:
    /// `what()` is `words`, for a person.
    unavailable(
        unsigned status,
        std::string code,
        const std::string& words,
        std::optional<std::chrono::seconds> retry_after = std::nullopt
    );
    ~unavailable() override;
    /// 502, 503 or 504; 401 where the session has ended meanwhile.
    unsigned status() const noexcept { return status_; }
    /// The gateway's code: `upstream_unreachable`, `refresh_unavailable`, … (docs/http-api.md)
    const std::string& code() const noexcept { return code_; }
    /// When it may be worth another try, where that is known.
    std::optional<std::chrono::seconds> retry_after() const noexcept { return retry_after_; }

private:
    unsigned status_;
    std::string code_;
    std::optional<std::chrono::seconds> retry_after_;
};

class CLOCHE_API api_answer {
public:
    api_answer(unsigned status, fields header, std::string body);

    unsigned status() const noexcept { return status_; }
    /// 200 to 299.
    bool ok() const noexcept { return status_ / 100 == 2; }
    /// The first value of that name, without regard to case; empty if there is none. Never
    /// Set-Cookie, which is between the API and the gateway. Of an answer to sign_in and
    /// register_account: Content-Type and Retry-After.
    std::string_view header(std::string_view name) const noexcept;
    const std::string& body() const noexcept { return body_; }

    /// The value at a JSON Pointer (RFC 6901), as text: `/data/fullName`. A string as it is,
    /// anything else as JSON. Nothing where the body is no JSON or has no such value.
    std::optional<std::string> text(std::string_view pointer) const;

    /// A complaint about the request as a whole; empty: none. Read from `{"message": "…"}`.
    std::string message() const;
    /// Complaints at their fields, by name: from `{"message": [{"property", "message"}]}`.
    fields field_errors() const;

private:
    unsigned status_;
    fields header_;
    std::string body_;
};

}  // namespace cloche
