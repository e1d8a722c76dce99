// Whether a request may act with the session it brings, or make one: forged requests are told by
// where they come from (contract "CSRF"; CS-1 to CS-4, CS-9). Pure.
//
// Who asks: the pipeline, for every request of a session, and for sign-in, registration, refresh
// and sign-out even without one (CS-6). The public origins are configuration; Host and
// X-Forwarded-* have no say (CS-3).
#pragma once

#include "gateway/options.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cloche::gateway {

enum class csrf_verdict : std::uint8_t {
    allow,
    cross_site,         ///< an unsafe method from another site (CS-1)
    same_site,          ///< an unsafe method from a sibling host that is not one of ours (CS-1)
    foreign_origin,     ///< Origin is none of ours, or `null` (CS-2)
    no_proof,           ///< neither Sec-Fetch-Site nor Origin nor the static header (CS-2)
    no_header,          ///< the route demands the static header on every request (CS-4)
    foreign_websocket,  ///< opened by a page that is not ours, or that does not say (WS-1)
    cross_site_read,    ///< a safe method from another site that is no navigation (CS-9)
};

/// What of a request counts. Views into its head.
struct csrf_facts {
    http::method verb = http::method::other;
    std::optional<std::string_view> site;    ///< Sec-Fetch-Site
    std::optional<std::string_view> mode;    ///< Sec-Fetch-Mode
    std::optional<std::string_view> dest;    ///< Sec-Fetch-Dest
    std::optional<std::string_view> origin;  ///< Origin
    bool static_header = false;  ///< `X-CSRF: 1`, which no form and no simple request can carry
};
csrf_facts csrf_facts_of(const http::request_head& head) noexcept;

/// `origins` as browsers write them: `https://app.example.com`, without a default port.
csrf_verdict check_csrf(
    const csrf_facts& facts, std::span<const std::string> origins, csrf_mode mode
) noexcept;

/// For the log and the answer's detail.
std::string_view describe(csrf_verdict verdict) noexcept;

/// GET, HEAD, OPTIONS and TRACE (RFC 9110 section 9.2.1).
bool is_safe(http::method verb) noexcept;

}  // namespace cloche::gateway
