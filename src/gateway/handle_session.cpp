// GET /api/auth/session reads only; POST /api/auth/refresh refreshes if it is due.
#include "gateway/answer.hpp"
#include "gateway/handlers.hpp"
#include "gateway/presented_session.hpp"
#include "gateway/request_body.hpp"
#include "gateway/session_body.hpp"

#include <utility>

namespace cloche::gateway {

runtime::task<void> handle_session(request_context& rq) {
    session::verdict found = co_await look_up_presented(rq);
    if (found.what == session::access::store_unavailable) {
        co_await refuse(rq, problem::store_unavailable);
        co_return;
    }
    boost::json::object body = signed_out_body();
    if (rq.session)
        body = signed_in_body(*rq.session, rq.gateway.time.now(), rq.gateway.sessions.options());
    co_await answer_json(rq, 200, std::move(body));
}

runtime::task<void> handle_refresh(request_context& rq) {
    if (!may_be_json(rq)) {
        co_await refuse(rq, problem::unsupported_media_type);
        co_return;
    }
    session::verdict refreshed = co_await refresh_presented(rq);
    if (refreshed.what != session::access::granted) {
        co_await refuse_session(rq, std::move(refreshed));
        co_return;
    }
    auto body = signed_in_body(*rq.session, rq.gateway.time.now(), rq.gateway.sessions.options());
    co_await answer_json(rq, 200, std::move(body));
}

}  // namespace cloche::gateway
