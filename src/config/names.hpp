// Paths, cookies, words, requests and places in JSON, as the configuration names them. Pure: no
// file is looked for.
#pragma once

#include "config/config.hpp"
#include "config/notation.hpp"
#include "providers/json_api_description.hpp"

#include <string>

namespace cloche::config {

/// Of a file or folder.
notation<std::string> file_path();

/// `/api/proxy`: in normal form, at least one segment, no slash at its end; no `*`, `{` or `}`.
notation<std::string> path_prefix();

/// `/account/*`, `/**` (base/glob).
notation<std::string> path_pattern();

/// A token (RFC 6265bis section 4.1.1). Whether a prefix suits its attributes: validate.
notation<std::string> cookie_name();

/// RFC 6901: empty, or `/a/b`.
notation<std::string> json_pointer();
/// The same, or `bearer`.
notation<std::string> json_pointer_or_bearer();

notation<std::string> claim_name();
/// What a claim holds; may be empty.
notation<std::string> claim_text();

/// Without white space: a role, the name of a route.
notation<std::string> word();

/// `POST /auth/login`
notation<providers::api_request> api_request();

/// `sqlite`, `memory`, or the URL of a server.
notation<store_choice> session_store();
/// For the identity API, which has one kind.
notation<store_kind> identity_store();

}  // namespace cloche::config
