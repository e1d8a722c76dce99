#include "gateway/sign_in.hpp"

#include "gateway/presented_session.hpp"
#include "observability/audit.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <utility>

namespace cloche::gateway {
namespace {

using observability::audit_event;
using runtime::task;

void note(audit_event what, const request_context& rq) {
    observability::audit(what).with("request_id", rq.request_id).with("address", rq.address);
}

/// Nobody will ever use these tokens: the API may forget them.
task<> forget(session::auth_provider& provider, session::token_set tokens, session::caller who) {
    co_await provider.revoke(std::move(tokens), std::move(who));
}

void forget_in_background(request_context& rq, session::token_set tokens) {
    auto forgetting = forget(rq.gateway.provider, std::move(tokens), caller_of(rq));
    boost::asio::co_spawn(rq.stream.executor(), std::move(forgetting), boost::asio::detached);
}

session::refresh_coordinator::fresh_session describe(
    request_context& rq, const session::login_answer& login
) {
    session::refresh_coordinator::fresh_session fresh;
    fresh.tokens = login.tokens;
    fresh.subject = login.subject;
    fresh.user = login.claims;
    fresh.address = rq.address;
    fresh.agent = std::string(rq.head().value(http::field_id::user_agent).substr(0, 256));
    return fresh;
}

}  // namespace

session::caller caller_of(const request_context& rq) {
    session::caller who;
    who.address = rq.address;
    who.user_agent = rq.head().value(http::field_id::user_agent);
    who.accept_language = rq.head().value(http::field_id::accept_language);
    who.request_id = rq.request_id;
    who.traceparent = rq.traceparent;
    return who;
}

task<result<session::api_answer>> sign_in(request_context& rq, std::string body) {
    session::auth_provider& provider = rq.gateway.provider;
    result<session::login_answer> login = co_await provider.login(std::move(body), caller_of(rq));
    if (!login) co_return login.error();
    rq.gateway.metrics.signed_in(login->accepted);
    if (!login->accepted) {
        note(audit_event::login_failed, rq);
        co_return std::move(login->answer);
    }

    auto fresh = describe(rq, *login);
    access_token access = login->tokens.access;
    std::optional<std::string> user = co_await provider.user(std::move(access), caller_of(rq));
    if (user) {
        fresh.user = std::move(*user);
        if (fresh.subject.empty()) fresh.subject = provider.subject_of_user(fresh.user);
    }

    // A cookie that browsers would drop is found before anything has changed.
    if (const auto fits = cookies_fit(rq, login->tokens); !fits) {
        forget_in_background(rq, std::move(login->tokens));
        co_return fits.error();
    }
    std::optional<session::id_hash> replaced;
    if (!rq.presented.empty()) replaced = rq.presented.front();
    result<session::refresh_coordinator::opened> opened =
        co_await rq.gateway.sessions.sign_in(std::move(fresh), replaced);
    if (!opened) {
        forget_in_background(rq, std::move(login->tokens));
        co_return opened.error();
    }
    for (std::size_t i = 1; i < rq.presented.size(); ++i) {
        const session::id_hash also = rq.presented.at(i);
        auto ended = co_await rq.gateway.sessions.sign_out(
            also, session::end_reason::replaced, caller_of(rq)
        );
        if (!ended) break;  // the coordinator writes it when the store is back
    }
    rq.session = opened->session;
    set_cookies(rq, opened->id, *opened->session);
    note(audit_event::login_succeeded, rq);
    co_return std::move(login->answer);
}

task<result<void>> sign_out(request_context& rq) {
    expire_cookies(rq);
    result<void> outcome;
    for (const session::id_hash& id : rq.presented) {
        auto ended = co_await rq.gateway.sessions.sign_out(
            id, session::end_reason::signed_out, caller_of(rq)
        );
        if (!ended) {
            outcome = ended.error();
        } else if (*ended) {
            rq.gateway.metrics.signed_out();
            note(audit_event::logged_out, rq);
        }
    }
    co_return outcome;
}

}  // namespace cloche::gateway
