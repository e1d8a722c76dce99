#include "gateway/csrf_policy.hpp"

#include <algorithm>

namespace cloche::gateway {
namespace {

using http::field_id;
using http::method;

std::optional<std::string_view> value_of(const http::request_head& head, field_id id) noexcept {
    const http::field* const found = head.find(id);
    return found != nullptr ? std::optional(found->value) : std::nullopt;
}

/// A link from another site may lead to us, as long as the page is shown in a window of its own.
bool is_link(const csrf_facts& facts) noexcept {
    return facts.mode == "navigate" && (!facts.dest || facts.dest == "document");
}

csrf_verdict check_read(const csrf_facts& facts) noexcept {
    return facts.site == "cross-site" && !is_link(facts) ? csrf_verdict::cross_site_read
                                                         : csrf_verdict::allow;
}

csrf_verdict check_write(const csrf_facts& facts, std::span<const std::string> origins) noexcept {
    if (facts.site == "same-origin" || facts.site == "none") return csrf_verdict::allow;
    // No list makes another site one of ours (CS-1). A value that is not known yet is no better.
    if (facts.site && facts.site != "same-site") return csrf_verdict::cross_site;
    if (facts.origin) {
        const bool ours = std::find(origins.begin(), origins.end(), *facts.origin) != origins.end();
        return ours ? csrf_verdict::allow : csrf_verdict::foreign_origin;
    }
    if (facts.site) return csrf_verdict::same_site;
    return facts.static_header ? csrf_verdict::allow : csrf_verdict::no_proof;
}

}  // namespace

csrf_facts csrf_facts_of(const http::request_head& head) noexcept {
    csrf_facts facts;
    facts.verb = head.verb;
    facts.site = value_of(head, field_id::sec_fetch_site);
    facts.mode = value_of(head, field_id::sec_fetch_mode);
    facts.dest = value_of(head, field_id::sec_fetch_dest);
    facts.origin = value_of(head, field_id::origin);
    facts.static_header = head.value(field_id::x_csrf) == "1";
    return facts;
}

csrf_verdict check_csrf(
    const csrf_facts& facts, std::span<const std::string> origins, csrf_mode mode
) noexcept {
    const csrf_verdict verdict =
        is_safe(facts.verb) ? check_read(facts) : check_write(facts, origins);
    if (verdict != csrf_verdict::allow) return verdict;
    return mode == csrf_mode::header && !facts.static_header ? csrf_verdict::no_header
                                                             : csrf_verdict::allow;
}

std::string_view describe(csrf_verdict verdict) noexcept {
    switch (verdict) {
        case csrf_verdict::allow:
            return "allowed";
        case csrf_verdict::cross_site:
            return "the request comes from another site";
        case csrf_verdict::same_site:
            return "the request comes from another host of this site";
        case csrf_verdict::foreign_origin:
            return "the request comes from an origin that is not this application's";
        case csrf_verdict::no_proof:
            return "the request does not say where it comes from; programs send X-CSRF: 1";
        case csrf_verdict::no_header:
            return "this route needs the header X-CSRF: 1";
        case csrf_verdict::foreign_websocket:
            return "the page that opens the WebSocket is not this application's";
        case csrf_verdict::cross_site_read:
            return "another site asks for this without showing it to anybody";
    }
    return "";
}

bool is_safe(method verb) noexcept {
    return verb == method::get || verb == method::head || verb == method::options ||
           verb == method::trace;
}

}  // namespace cloche::gateway
