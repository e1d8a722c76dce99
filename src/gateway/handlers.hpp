// The endpoints (handle_*.cpp). Each answers its request, whatever happens.
#pragma once

#include "gateway/request_context.hpp"
#include "runtime/task.hpp"

namespace cloche::gateway {

// JSON, below the API prefix.
runtime::task<void> handle_login(request_context& rq);
runtime::task<void> handle_register(request_context& rq);
runtime::task<void> handle_verify(request_context& rq);
runtime::task<void> handle_logout(request_context& rq);
runtime::task<void> handle_session(request_context& rq);
runtime::task<void> handle_refresh(request_context& rq);
runtime::task<void> handle_sessions(request_context& rq);
runtime::task<void> handle_end_session(request_context& rq);   ///< the one in the path
runtime::task<void> handle_end_sessions(request_context& rq);  ///< all others
runtime::task<void> handle_client(request_context& rq);

// Pages and their forms, below the page prefix.
runtime::task<void> handle_login_page(request_context& rq);
runtime::task<void> handle_login_form(request_context& rq);
runtime::task<void> handle_register_page(request_context& rq);
runtime::task<void> handle_register_form(request_context& rq);
runtime::task<void> handle_verify_page(request_context& rq);
runtime::task<void> handle_verify_form(request_context& rq);
runtime::task<void> handle_logout_form(request_context& rq);
runtime::task<void> handle_account_page(request_context& rq);
runtime::task<void> handle_asset(request_context& rq);

// The API behind its prefix, and everything else.
/// Chooses the way to the API, before anything else is asked: it has rules of its own. False: the
/// request was answered, a preflight too.
runtime::task<bool> take_way(request_context& rq);
runtime::task<void> handle_proxy(request_context& rq);
runtime::task<void> handle_frontend(request_context& rq);

}  // namespace cloche::gateway
