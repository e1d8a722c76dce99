#include "gateway/navigation_policy.hpp"

#include "http/field_list.hpp"

namespace cloche::gateway {
namespace {

using http::equal_ignoring_case;
using http::field_id;
using http::method;

constexpr std::string_view bounce_mark = "cloche-bounced=1";

/// qvalue in thousandths (RFC 9110 section 12.4.2); what cannot be read counts as 0.
int thousandths(std::string_view qvalue) noexcept {
    if (qvalue.empty() || qvalue.size() > 5 || (qvalue[0] != '0' && qvalue[0] != '1')) return 0;
    if (qvalue.size() > 1 && qvalue[1] != '.') return 0;
    int weight = (qvalue[0] - '0') * 1000;
    int place = 100;
    for (const char c : qvalue.substr(qvalue.size() > 1 ? 2 : 1)) {
        if (c < '0' || c > '9') return 0;
        weight += (c - '0') * place;
        place /= 10;
    }
    return weight > 1000 ? 0 : weight;
}

int weight_of(std::string_view media_range) noexcept {
    int weight = 1000;
    http::any_element(media_range, ';', [&weight](std::string_view parameter) {
        const bool is_weight = http::equal_ignoring_case(parameter.substr(0, 2), "q=");
        if (is_weight) weight = thousandths(parameter.substr(2));
        return is_weight;
    });
    return weight;
}

/// True if HTML is named, and no type that is named weighs more or stands before it with the same
/// weight. Ranges like
/// `*/*` name nothing: every script sends them.
bool prefers_html(std::string_view accept) noexcept {
    int best = 0;
    bool best_is_html = false;
    http::any_element(accept, ',', [&](std::string_view media_range) {
        const std::string_view type = http::trim(media_range.substr(0, media_range.find(';')));
        const int weight = weight_of(media_range);
        if (type.find('*') == std::string_view::npos && weight > best) {
            best = weight;
            best_is_html = equal_ignoring_case(type, "text/html") ||
                           equal_ignoring_case(type, "application/xhtml+xml");
        }
        return false;
    });
    return best_is_html;
}

bool is_read(method verb) noexcept {
    return verb == method::get || verb == method::head;
}

/// Where a document of its own window goes; `frame`, `object` and the like show it inside another
/// page.
bool is_top_level(const http::request_head& head) noexcept {
    const http::field* const destination = head.find(field_id::sec_fetch_dest);
    return destination == nullptr || destination->value == "document";
}

bool has_fetch_metadata(const http::request_head& head) noexcept {
    return head.find(field_id::sec_fetch_site) != nullptr ||
           head.find(field_id::sec_fetch_mode) != nullptr;
}

/// Where the mark stands in a query; npos if it does not.
std::size_t find_mark(std::string_view query) noexcept {
    for (std::size_t at = 0; at < query.size();) {
        const std::size_t end = query.find('&', at);
        if (query.substr(at, end - at) == bounce_mark) return at;
        if (end == std::string_view::npos) break;
        at = end + 1;
    }
    return std::string_view::npos;
}

}  // namespace

bool is_navigation(const http::request_head& head) noexcept {
    if (!has_fetch_metadata(head))
        return is_read(head.verb) && prefers_html(head.value(field_id::accept));
    return head.value(field_id::sec_fetch_mode) == "navigate" && is_top_level(head);
}

signed_out_answer answer_signed_out(
    const http::request_head& head, std::string_view query, bool brought_cookie
) noexcept {
    if (!is_navigation(head)) return signed_out_answer::unauthenticated;
    // Only a GET can be made again without harm, and nobody is bounced twice.
    if (brought_cookie || head.verb != method::get || has_bounce_mark(query))
        return signed_out_answer::sign_in;
    const bool from_elsewhere =
        !has_fetch_metadata(head) || head.value(field_id::sec_fetch_site) == "cross-site";
    return from_elsewhere ? signed_out_answer::bounce : signed_out_answer::sign_in;
}

std::string bounce_target(const http::request_head& head, std::string_view path_and_query) {
    std::string target(path_and_query);
    if (has_fetch_metadata(head)) return target;
    const std::size_t question = path_and_query.find('?');
    const bool joins = question != std::string_view::npos && question + 1 != path_and_query.size();
    if (question == std::string_view::npos) target.push_back('?');
    if (joins) target.push_back('&');
    target.append(bounce_mark);
    return target;
}

bool has_bounce_mark(std::string_view query) noexcept {
    return find_mark(query) != std::string_view::npos;
}

std::string without_bounce_mark(std::string_view path_and_query) {
    std::string target(path_and_query);
    const std::size_t question = path_and_query.find('?');
    if (question == std::string_view::npos) return target;
    const std::size_t at = find_mark(path_and_query.substr(question + 1));
    if (at == std::string_view::npos) return target;
    // With the `&` behind it, or else with the `?` or `&` before it.
    const std::size_t begin = question + 1 + at;
    const std::size_t end = begin + bounce_mark.size();
    if (end < target.size()) return target.erase(begin, end + 1 - begin);
    return target.erase(begin - 1);
}

}  // namespace cloche::gateway
