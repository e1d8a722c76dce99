// An auth API that speaks JSON, as its description says where things are. Any thread.
//
// Knows nothing of sessions or browsers. What the API answers to a person (a refused sign-in, a
// registration) is given back as its own JSON, without any token value (BF-1).
#pragma once

#include "base/clock.hpp"
#include "http/client.hpp"
#include "providers/json_api_description.hpp"
#include "session/auth_provider.hpp"

#include <memory>
#include <string>

namespace cloche::providers {

struct json_api_options {
    json_api_description api;
    std::string public_scheme = "http";  ///< for X-Forwarded-Proto and -Host
    std::string public_host = "localhost:3000";
    std::string via;  ///< pseudonym of this instance (PX-10)

    json_api_options() = default;
};

/// `upstream` outlives the provider.
std::unique_ptr<session::auth_provider> make_json_api_provider(
    http::client& upstream, json_api_options options, const clock& time
);

}  // namespace cloche::providers
