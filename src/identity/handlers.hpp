// The endpoints of the identity API: each reads what it needs, asks a service, and gives the
// answer.
//
// Origins, limits and methods were looked at before (identity_handler.cpp).
#pragma once

#include "http/message.hpp"
#include "identity/request_context.hpp"

namespace cloche::identity {

task<http::reply> handle_register(request_context& rq);
/// By GET, as the contract has it, the link's parts are in the query; by POST in the body.
task<http::reply> handle_verify_link(request_context& rq);
task<http::reply> handle_verify(request_context& rq);
task<http::reply> handle_resend(request_context& rq);
task<http::reply> handle_login(request_context& rq);
task<http::reply> handle_refresh(request_context& rq);
task<http::reply> handle_me(request_context& rq);
task<http::reply> handle_logout(request_context& rq);
task<http::reply> handle_jwks(request_context& rq);

}  // namespace cloche::identity
