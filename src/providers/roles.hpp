// Reads what a person may be: from the access token's claims, or from the user object. Pure.
#pragma once

#include "base/secret.hpp"
#include "providers/json_api_description.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cloche::providers {

/// A text is a list of words, as OAuth writes `scope` (RFC 6749 section 3.3). Empty where there is
/// nothing, or nothing that can be read. The token's signature is not looked at: the API gave it to
/// us itself.
std::vector<std::string> read_roles(
    const roles_place& where, const access_token& token, std::string_view user_json
);

}  // namespace cloche::providers
