#include "embed/page_route.hpp"

#include "base/encoding.hpp"
#include "cookies/set_cookie.hpp"
#include "embed/page_call.hpp"
#include "gateway/answer.hpp"
#include "gateway/presented_session.hpp"
#include "gateway/request_body.hpp"
#include "observability/log.hpp"
#include "runtime/offload.hpp"

#include <optional>
#include <utility>

namespace cloche::embed {
namespace {

using gateway::problem;
using gateway::request_context;
using runtime::task;

/// What became of a page's run: an answer, or what its exception stands for.
struct page_outcome {
    std::optional<response> answer;
    std::string code;  ///< of the gateway's, without an answer
    std::optional<seconds> retry_after;
    std::string reason;  ///< for the log, where it is nobody's fault but the page's

    page_outcome() = default;
};

/// The page, on one of its threads.
struct page_run {
    detail::page_call* call;
    const page_entry* entry;

    page_outcome operator()() const {
        page_outcome out;
        try {
            request rq = call->for_page();
            out.answer = entry->handle(rq);
        } catch (const unavailable& failure) {
            out.code = failure.code();
            out.retry_after = failure.retry_after();
        } catch (const std::exception& failure) {
            out.reason = failure.what();
        } catch (...) {
            out.reason = "something was thrown that is no exception";
        }
        return out;
    }

    page_run(detail::page_call& of, const page_entry& page) : call(&of), entry(&page) {}
};

bool may_be_set(const request_context& rq, std::string_view set_cookie) {
    const auto cookie = cookies::parse_set_cookie(set_cookie);
    return cookie && !rq.gateway.options.cookies.owns(cookie->name);
}

http::reply reply_of(const request_context& rq, const response& made) {
    http::reply out;
    out.status = made.status();
    for (const auto& [name, value] : made.fields()) {
        const bool is_cookie = http::equal_ignoring_case(name, "Set-Cookie");
        if (!is_cookie || may_be_set(rq, value)) out.with(name, value);
    }
    out.body = made.body();
    return out;
}

task<void> answer(request_context& rq, page_outcome outcome) {
    if (!outcome.answer) {
        if (outcome.code.empty()) {
            observability::log_line(observability::level::error, "page_failed")
                .with("request_id", rq.request_id)
                .with("path", rq.path)
                .with("reason", outcome.reason);
        }
        const problem what = gateway::problem_named(outcome.code);
        if (outcome.retry_after) {
            co_await gateway::refuse_for_now(rq, what, *outcome.retry_after);
        } else {
            co_await gateway::refuse(rq, what);
        }
        co_return;
    }
    if (outcome.answer->status() == 404 && outcome.answer->body().empty()) {
        co_await gateway::refuse(rq, problem::not_found);
        co_return;
    }
    http::reply reply = reply_of(rq, *outcome.answer);
    co_await gateway::answer(rq, std::move(reply));
}

task<void> run_page(
    request_context& rq,
    std::shared_ptr<const page_entry> entry,
    std::shared_ptr<page_threads> threads
) {
    const bool admitted = co_await gateway::admit(rq, entry->is_private, true);
    if (!admitted) co_return;
    fields form;
    if (entry->is_action) {
        result<std::string> body = co_await gateway::read_form(rq);
        if (!body) {
            co_await gateway::refuse_body(rq, body.error());
            co_return;
        }
        form = form_fields(*body);
    }
    detail::page_call call(rq, std::move(form), threads);
    const page_run work(call, *entry);
    result<page_outcome> outcome = co_await runtime::offload(threads->pool(), work);
    if (outcome) {
        co_await answer(rq, std::move(*outcome));
    } else {
        co_await gateway::refuse(rq, outcome.error());
    }
}

task<void> send_asset(request_context& rq, std::shared_ptr<const asset_entry> entry) {
    co_await gateway::answer_file(rq, entry->content_type, entry->content, entry->version);
}

}  // namespace

gateway::application_route route_of(
    std::shared_ptr<const page_entry> entry, std::shared_ptr<page_threads> threads
) {
    gateway::application_route made;
    made.pattern = entry->path;
    made.methods = {entry->is_action ? http::method::post : http::method::get};
    made.changes = entry->is_action;
    made.handle = [entry = std::move(entry), threads = std::move(threads)](request_context& rq) {
        return run_page(rq, entry, threads);
    };
    return made;
}

gateway::application_route route_of(std::shared_ptr<const asset_entry> entry) {
    gateway::application_route made;
    made.pattern = entry->path;
    made.handle = [entry = std::move(entry)](request_context& rq) { return send_asset(rq, entry); };
    return made;
}

}  // namespace cloche::embed
