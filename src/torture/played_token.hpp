// The access tokens of the played API: whose they are and how long they are good, signed by nobody.
// Whoever holds one cannot tell, as it should be (RFC 6750 section 5.2).
#pragma once

#include "base/clock.hpp"
#include "torture/token_ledger.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cloche::torture {

std::string access_token(
    std::string_view user, const refresh_ticket& ticket, instant now, seconds life
);

struct bearer {
    std::string user;
    std::optional<refresh_ticket> ticket;  ///< of the refresh that brought it
    bool expired = true;
};

/// Of an Authorization field; nothing if it holds none of these tokens.
std::optional<bearer> read_bearer(std::string_view authorization, instant now);

}  // namespace cloche::torture
