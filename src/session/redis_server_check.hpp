// Whether a Redis server may be trusted with sessions: asked once, at start-up. Blocks.
#pragma once

#include "base/clock.hpp"
#include "db/redis_info.hpp"
#include "db/redis_target.hpp"
#include "session/redis_session_scripts.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace cloche::session {

struct checked_server {
    redis_session_scripts scripts;  ///< with their digests
    std::size_t live = 0;
    db::redis_info info;
    instant asked{};  ///< its clock was read between that
    instant theirs{};
    instant answered{};  ///< and that

    checked_server() = default;
};

/// Nothing if it may not, with the reason and its remedy in `why`. Warns in the log where sessions
/// would end with a restart of the server.
std::optional<checked_server> check_redis_server(
    std::shared_ptr<const db::redis_target> where, std::string& why
);

}  // namespace cloche::session
