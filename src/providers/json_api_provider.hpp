// An auth API that speaks JSON, as its description says where things are. Any thread.
//
// Knows nothing of sessions or browsers. What the API answers to a person (a refused sign-in, a
// registration) is given back as its own JSON, without any token value (BF-1).
#pragma once

#include "base/clock.hpp"
#include "http/client.hpp"
#include "providers/api_calls.hpp"
#include "session/auth_provider.hpp"

#include <memory>

namespace cloche::providers {

/// `upstream` outlives the provider.
std::unique_ptr<session::auth_provider> make_json_api_provider(
    http::client& upstream, json_api_options options, const clock& time
);

}  // namespace cloche::providers
