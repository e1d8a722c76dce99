// A request to the API on behalf of a page: whole, small, with the session's token.
#pragma once

#include "gateway/problem.hpp"
#include "gateway/request_context.hpp"
#include "http/client.hpp"
#include "runtime/task.hpp"

#include <optional>
#include <string>

namespace cloche::gateway {

struct api_request {
    std::string method;
    std::string target;  ///< path and query, as http::is_target_text has it
    std::string json;    ///< empty: no body

    api_request() = default;
};

/// What the API answered, or why it could not.
struct api_outcome {
    std::optional<http::response> answer;
    problem why = problem::internal;     ///< where there is no answer
    std::optional<seconds> retry_after;  ///< where that is known

    api_outcome() = default;
};

/// Sends it with the token of `rq.session`, which is not null. A 401 to a token that should be good
/// is taken up once with a newer one (BF-12). A session that turns out to be over leaves
/// `rq.session` empty: session_ended.
runtime::task<api_outcome> call_api(request_context& rq, api_request what);

}  // namespace cloche::gateway
