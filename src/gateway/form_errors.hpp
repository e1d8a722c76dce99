// What an API says of a form it refuses, for the page that shows the form again. Pure.
#pragma once

#include "pages/views.hpp"
#include "session/auth_provider.hpp"

#include <string>
#include <vector>

namespace cloche::gateway {

struct form_errors {
    unsigned status = 422;
    std::string general;                     ///< about the form as a whole
    std::vector<pages::field_error> fields;  ///< beside their fields
    std::string retry_after;                 ///< as the API sent it; may be empty
};

/// Reads `{message: "…"}` and `{message: [{property, message}]}`, the shapes of the example's API.
form_errors read_form_errors(const session::api_answer& refused);

}  // namespace cloche::gateway
