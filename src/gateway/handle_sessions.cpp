// GET and DELETE /api/auth/sessions: where somebody is signed in, and signing out there (SE-7).
#include "gateway/answer.hpp"
#include "gateway/handlers.hpp"
#include "gateway/presented_session.hpp"
#include "gateway/request_body.hpp"
#include "gateway/session_body.hpp"
#include "gateway/sign_in.hpp"
#include "observability/audit.hpp"

#include <boost/json/array.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace cloche::gateway {
namespace {

using runtime::task;
using session::record_ptr;

/// The sessions of whoever asks, after an answer if there are none to be had.
task<std::optional<std::vector<record_ptr>>> sessions_of_asker(request_context& rq) {
    session::verdict found = co_await look_up_presented(rq);
    if (found.what != session::access::granted) {
        co_await refuse_session(rq, std::move(found));
        co_return std::nullopt;
    }
    std::string subject = rq.session->subject;
    // Nobody knows whose session it is: then it stands for itself.
    if (subject.empty()) co_return std::vector<record_ptr>{rq.session};
    result<std::vector<record_ptr>> all =
        co_await rq.gateway.sessions.sessions_of(std::move(subject));
    if (!all) {
        co_await refuse(rq, all.error());
        co_return std::nullopt;
    }
    co_return std::move(*all);
}

/// Ends them, the asker's own last: then there is nobody left who could ask again.
task<result<std::size_t>> end_all(request_context& rq, std::vector<record_ptr> chosen) {
    std::size_t count = 0;
    bool own = false;
    for (const record_ptr& one : chosen) {
        const session::id_hash id = one->id;
        if (id == rq.session->id) {
            own = true;
            continue;
        }
        session::caller who = caller_of(rq);
        result<bool> ended = co_await rq.gateway.sessions.sign_out(
            id, session::end_reason::signed_out, std::move(who)
        );
        if (!ended) co_return ended.error();
        if (!*ended) continue;
        ++count;
        observability::audit(observability::audit_event::session_revoked)
            .with("request_id", rq.request_id)
            .with("address", rq.address)
            .with("session", session::log_tag(id));
    }
    if (own) {
        result<void> signed_out = co_await sign_out(rq);
        if (!signed_out) co_return signed_out.error();
        ++count;
    }
    co_return count;
}

task<void> end_chosen(request_context& rq, std::vector<record_ptr> chosen) {
    result<std::size_t> ended = co_await end_all(rq, std::move(chosen));
    if (!ended) {
        co_await refuse(rq, ended.error());
        co_return;
    }
    boost::json::object data;
    data.emplace("ended", *ended);
    boost::json::object body;
    body.emplace("message", *ended == 1 ? "One session ended" : "Sessions ended");
    body.emplace("data", std::move(data));
    co_await answer_json(rq, 200, std::move(body));
}

}  // namespace

task<void> handle_sessions(request_context& rq) {
    const auto all = co_await sessions_of_asker(rq);
    if (!all) co_return;
    boost::json::array listed;
    for (const record_ptr& one : *all)
        listed.push_back(listed_session(*one, one->id == rq.session->id, rq.gateway.time.now()));
    boost::json::object body;
    body.emplace("sessions", std::move(listed));
    co_await answer_json(rq, 200, std::move(body));
}

task<void> handle_end_session(request_context& rq) {
    if (!may_be_json(rq)) {
        co_await refuse(rq, problem::unsupported_media_type);
        co_return;
    }
    auto all = co_await sessions_of_asker(rq);
    if (!all) co_return;
    std::erase_if(*all, [&](const record_ptr& one) { return list_name(one->id) != rq.rest; });
    if (all->empty()) {
        co_await refuse(rq, problem::not_found, std::string("You have no session of that name."));
        co_return;
    }
    co_await end_chosen(rq, std::move(*all));
}

task<void> handle_end_sessions(request_context& rq) {
    if (!may_be_json(rq)) {
        co_await refuse(rq, problem::unsupported_media_type);
        co_return;
    }
    // Whoever forgets the query does not sign everybody out.
    if (rq.query != "others=1") {
        std::string remedy =
            "Say which: /sessions/{id} for one, /sessions?others=1 for all others.";
        co_await refuse(rq, problem::bad_request, std::move(remedy));
        co_return;
    }
    auto all = co_await sessions_of_asker(rq);
    if (!all) co_return;
    std::erase_if(*all, [&](const record_ptr& one) { return one->id == rq.session->id; });
    co_await end_chosen(rq, std::move(*all));
}

}  // namespace cloche::gateway
