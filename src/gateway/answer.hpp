// How the gateway answers: one function for each kind of answer, all through one place that adds
// what every answer carries.
#pragma once

#include "gateway/form_errors.hpp"
#include "gateway/request_context.hpp"
#include "runtime/task.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace cloche::gateway {

/// Sends `what` with the cookie changes of `rq`, `no-store` unless it has a Cache-Control, and the
/// security fields (CA-1, CA-3).
runtime::task<void> answer(request_context& rq, http::reply what);

/// JSON of ours.
runtime::task<void> answer_json(request_context& rq, unsigned status, boost::json::object body);
/// The API's own JSON.
runtime::task<void> answer_api(request_context& rq, session::api_answer from_api);
/// A built-in page.
runtime::task<void> answer_page(request_context& rq, unsigned status, std::string html);
/// The page of a form that the API did not accept, again.
runtime::task<void> answer_form(request_context& rq, form_errors errors, std::string html);
/// A file that is in memory: revalidated each time, by an ETag made of `version`.
runtime::task<void> answer_file(
    request_context& rq,
    std::string_view content_type,
    std::string_view content,
    std::string_view version
);
/// 303 to a path of ours, or to an address out of the configuration; never to text of the request
/// that was not checked.
runtime::task<void> redirect(request_context& rq, std::string location);

/// An error of our own: a page for someone who looks at one, problem JSON for a program. `detail`
/// empty: the usual words.
runtime::task<void> refuse(request_context& rq, problem what, std::string detail = {});
runtime::task<void> refuse(request_context& rq, error failure);
/// 503 with Retry-After.
runtime::task<void> refuse_for_now(request_context& rq, problem what, seconds retry_after);
/// 405 with Allow.
runtime::task<void> refuse_method(request_context& rq, std::string allow);

/// The whole body, `limit` bytes at most. Errors: those of client_stream::read_body.
runtime::task<result<std::string>> read_all(request_context& rq, std::size_t limit);

/// The media type of the request, lower case, without parameters.
std::string content_type_of(const request_context& rq);

/// Of the answer whose head is about to be sent.
std::string server_timing(const request_context& rq);

/// A year, for this host alone: its siblings may still be reached by plain HTTP (CA-3).
inline constexpr std::string_view hsts = "max-age=31536000";

/// The security fields of every answer of our own; `html` adds the page's content security policy.
void add_security_fields(const request_context& rq, bool html, http::reply& to);

}  // namespace cloche::gateway
