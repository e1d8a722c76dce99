// Reads the tokens out of an auth API's answer, and takes every token value out of its JSON. Pure.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/client.hpp"
#include "providers/json_api_description.hpp"
#include "session/record.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace cloche::providers {

/// What an accepting answer held.
struct token_answer {
    session::token_set tokens;  ///< without a refresh token if the answer brought none
    std::string subject;        ///< with subject_place::claim
    std::string claims;         ///< allow-listed claims of a JWT as a JSON object; else empty
};

/// `sent_at` is when the request was sent: lives are counted from there, never by the API's clock.
/// On failure `why` says what was looked for and not found, without a value.
result<token_answer> read_tokens(
    const http::response& answer,
    const boost::json::value& body,
    const json_api_description& api,
    instant sent_at,
    std::string& why
);

/// Removes the members that the description calls tokens, and every text that equals one of
/// `tokens`' values.
void remove_tokens(
    boost::json::value& body, const json_api_description& api, const session::token_set& tokens
);

}  // namespace cloche::providers
