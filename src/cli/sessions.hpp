// `cloche sessions`: what an operator sees and ends of people's sessions, while gateways run.
#pragma once

#include <optional>
#include <string>

namespace cloche::cli {

struct sessions_options {
    std::optional<std::string> config;
    std::string user;                    ///< the subject, as the API names it
    std::optional<std::string> session;  ///< as a list names it; nothing: all of the user's
    bool json = false;

    sessions_options() = default;
};

/// Each gives the exit code.

/// Prints the sessions of one person, the newest first.
int list_sessions(const sessions_options& options);
/// Ends one or all of them, and prints which.
int revoke_sessions(const sessions_options& options);

}  // namespace cloche::cli
