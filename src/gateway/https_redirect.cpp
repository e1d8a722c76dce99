#include "gateway/https_redirect.hpp"

#include "gateway/problem.hpp"
#include "http/target.hpp"

#include <algorithm>

namespace cloche::gateway {
namespace {

constexpr std::string_view scheme = "https://";

/// Without its port; letters small.
std::string name_in(std::string_view authority) {
    const std::size_t end =
        authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':');
    std::string name(authority.substr(0, end));
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
    });
    return name;
}

http::reply refuse_with(problem what) {
    return problem_reply(
               what, what == problem::forbidden ? "Plain http is not served: use https." : "", ""
    )
        .with("Cache-Control", "no-store");
}

}  // namespace

https_redirect::https_redirect(const gateway_options& options, std::span<const std::string> origins)
    : options_(options) {
    for (const std::string_view origin : origins) {
        const std::string_view authority = origin.substr(scheme.size());
        origin_of_host_.emplace(name_in(authority), origin);
    }
}

http::reply https_redirect::answer_to(const http::request_head& head) const {
    const auto target = http::split_target(head.target);
    const bool is_path = target && (target->form == http::target_form::origin ||
                                    target->form == http::target_form::absolute);
    if (!is_path) return refuse_with(problem::bad_request);
    const std::string_view authority = target->form == http::target_form::absolute
                                           ? target->authority
                                           : head.value(http::field_id::host);
    const auto ours = origin_of_host_.find(name_in(authority));
    if (ours == origin_of_host_.end()) return refuse_with(problem::misdirected);

    const std::string_view target_text = target->path_and_query;
    const std::string_view path = target_text.substr(0, target_text.find('?'));
    const bool for_programs =
        http::is_below(path, options_.api_prefix) || http::is_below(path, options_.proxy.prefix) ||
        std::ranges::any_of(options_.routes, [path](const route_options& route) {
            return http::is_below(path, route.how.prefix);
        });
    const bool is_read = head.verb == http::method::get || head.verb == http::method::head;
    const bool is_safe = http::check_path(path) == http::path_fault::none;
    if (for_programs || !is_read || !is_safe) return refuse_with(problem::forbidden);

    http::reply answer(308, "text/plain; charset=utf-8", "This site speaks https.\n");
    answer.with("Location", ours->second + std::string(target_text));
    return answer;
}

runtime::task<void> https_redirect::handle(http::client_stream& stream) {
    const http::reply answer = answer_to(stream.head());
    co_await stream.send(answer);
}

http::reply https_redirect::refuse(error reason) {
    return refuse_with(problem_of(reason));
}

}  // namespace cloche::gateway
