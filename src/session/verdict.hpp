// What a request's session is good for.
#pragma once

#include "session/record.hpp"

namespace cloche::session {

enum class access {
    granted,             ///< `session` has a token to use
    unknown,             ///< no such session: signed out
    over,                ///< ended or suspended: 401 session_ended
    store_unavailable,   ///< 503
    refresh_unavailable  ///< 503 with retry_after: the token is expired and the API can't be
                         ///< reached; the session lives on
};

struct verdict {
    access what = access::unknown;
    record_ptr session;  ///< with granted; with over and refresh_unavailable where known
    seconds retry_after{0};
    bool waited = false;  ///< for a refresh
};

}  // namespace cloche::session
