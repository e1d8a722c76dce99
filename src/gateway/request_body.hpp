// Request bodies of the auth routes: a JSON object, or a form's fields; nothing else (CS-7).
#pragma once

#include "gateway/request_context.hpp"
#include "runtime/task.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace cloche::gateway {

enum class body_errc {
    wrong_type = 1,  ///< not the media type that the route takes: 415
    unreadable,      ///< not a JSON object, or a member twice: 400
};
const boost::system::error_category& body_category() noexcept;
inline error make_error_code(body_errc e) {
    return {static_cast<int>(e), body_category()};
}

/// For routes that take no body: false if one is announced that a page elsewhere could have sent
/// without asking first, such as a form (CS-7).
bool may_be_json(const request_context& rq);

/// The text of a JSON object, checked. Errors: body_errc, and those of client_stream::read_body.
runtime::task<result<std::string>> read_json(request_context& rq);
/// A form's body (application/x-www-form-urlencoded). Errors: wrong_type, and those of
/// client_stream::read_body.
runtime::task<result<std::string>> read_form(request_context& rq);

/// The answer to an error of read_json or read_form.
runtime::task<void> refuse_body(request_context& rq, error failure);

}  // namespace cloche::gateway

template <>
struct boost::system::is_error_code_enum<cloche::gateway::body_errc> : std::true_type {};
