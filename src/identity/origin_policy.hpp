// Which other origins' pages may talk to the API, and which requests carry somebody's cookie
// against his will. Pure.
//
// CORS is off unless exact origins are configured (CS-5): no wildcard, no reflection of others, no
// suffixes.
#pragma once

#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::identity {

class origin_policy {
public:
    /// Exact origins, as browsers write them: `https://app.example.org`, without a path.
    explicit origin_policy(std::vector<std::string> allowed) : allowed_(std::move(allowed)) {}

    /// True when answers depend on Origin, so that caches have to be told (`Vary`).
    bool enabled() const noexcept { return !allowed_.empty(); }
    bool allows(std::string_view origin) const noexcept;

    /// False: a browser says that another site made it send this request, and that site is none of
    /// ours. Asked where the refresh cookie counts: SameSite=Lax lets it come along with a link
    /// from anywhere, which would spend the token. Servers in between and old browsers send no
    /// Sec-Fetch-Site and pass.
    bool may_use_cookie(const http::request_head& head) const noexcept;

    /// The fields that let a page of an allowed origin read the answer; none for others.
    void add_fields(std::optional<std::string_view> origin, http::reply& answer) const;
    /// The answer to an OPTIONS request for a path with these methods: the preflight's, if it is
    /// one.
    http::reply preflight(std::optional<std::string_view> origin, const std::string& methods) const;

private:
    std::vector<std::string> allowed_;
};

}  // namespace cloche::identity
