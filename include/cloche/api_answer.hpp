// What the API said to a page or an action.
#pragma once

#include <cloche/export.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche {

/// The API, or the session's store, could not be asked. A page that does not catch it is answered
/// with 502, 503 or 504, whichever it is.
class CLOCHE_API unavailable : public std::runtime_error {
public:
    unavailable(std::string code, const std::string& words);
    ~unavailable() override;
    /// The gateway's code: `upstream_unreachable`, `refresh_unavailable`, … (docs/http-api.md)
    const std::string& code() const noexcept { return code_; }

private:
    std::string code_;
};

class CLOCHE_API api_answer {
public:
    api_answer(unsigned status, std::string content_type, std::string body);

    unsigned status() const noexcept { return status_; }
    /// 200 to 299.
    bool ok() const noexcept { return status_ / 100 == 2; }
    const std::string& content_type() const noexcept { return content_type_; }
    const std::string& body() const noexcept { return body_; }

    /// The value at a JSON Pointer (RFC 6901), as text: `/data/fullName`. A string as it is,
    /// anything else as JSON. Nothing where the body is no JSON or has no such value.
    std::optional<std::string> text(std::string_view pointer) const;

    /// A complaint about the request as a whole; empty: none. Read from `{"message": "…"}`.
    std::string message() const;
    /// Complaints at their fields, by name: from `{"message": [{"property", "message"}]}`.
    std::vector<std::pair<std::string, std::string>> field_errors() const;

private:
    unsigned status_;
    std::string content_type_;
    std::string body_;
};

}  // namespace cloche
