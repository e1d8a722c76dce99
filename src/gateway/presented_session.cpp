#include "gateway/presented_session.hpp"

#include "base/encoding.hpp"
#include "gateway/answer.hpp"
#include "gateway/csrf_policy.hpp"
#include "gateway/navigation_policy.hpp"
#include "gateway/sign_in.hpp"
#include "observability/log.hpp"
#include "pages/pages.hpp"
#include "session/session_cookies.hpp"

#include <boost/container/small_vector.hpp>

#include <optional>
#include <utility>

namespace cloche::gateway {
namespace {

using runtime::task;
using session::access;
using session::id_hash;
using session::verdict;

boost::container::small_vector<std::string_view, 4> cookie_fields(const request_context& rq) {
    boost::container::small_vector<std::string_view, 4> lines;
    for (const http::field& field : rq.head().fields) {
        if (field.id == http::field_id::cookie) lines.push_back(field.value);
    }
    return lines;
}

void log_cookie_fault(const request_context& rq, const error& fault) {
    observability::log_line(observability::level::error, "cookie_not_set")
        .with("request_id", rq.request_id)
        .with("reason", fault.message());
}

/// The one id to go by, or none: of several exactly one must be live, since nobody knows which of
/// them a sibling host or an attacker has planted (CK-4).
task<verdict> choose(request_context& rq, std::optional<id_hash>& chosen) {
    verdict found;
    for (std::size_t i = 0; i < rq.presented.size(); ++i) {
        const id_hash id = rq.presented.at(i);
        if (rq.presented.size() == 1) {
            chosen = id;
            co_return found;
        }
        verdict one = co_await rq.gateway.sessions.look_up(id);
        if (one.what == access::store_unavailable) co_return one;
        if (one.what != access::granted) continue;
        if (chosen) {
            chosen.reset();
            found.what = access::unknown;
            co_return found;
        }
        chosen = id;
    }
    co_return found;
}

/// What is known of the session now, for the handlers and for the cookies of the answer.
verdict remember(request_context& rq, verdict found) {
    if (found.what == access::granted) rq.session = found.session;
    // One that is over is none, but its answer may be late: the copies that the browser holds by
    // then may be those of whoever has signed in since.
    rq.session_known = found.what == access::granted || found.what == access::unknown;
    return found;
}

task<void> send_to_sign_in(request_context& rq, bool ended) {
    std::string location = rq.here.view().sign_in_page;
    if (ended) location += "?notice=session-ended";
    // A form that was posted is not where one can go back to.
    if (is_safe(rq.head().verb)) {
        location += ended ? "&next=" : "?next=";
        location += percent_encode(without_bounce_mark(rq.target));
    }
    co_await redirect(rq, std::move(location));
}

task<void> bounce(request_context& rq) {
    pages::bounce_view view;
    view.site = rq.here.view();
    view.path = bounce_target(rq.head(), rq.target);
    co_await answer_page(rq, 200, pages::bounce_page(view));
}

}  // namespace

void read_presented(request_context& rq) {
    const auto lines = cookie_fields(rq);
    rq.presented = session::presented_ids({lines.data(), lines.size()}, rq.here.session_cookies());
}

bool acquire_at_once(request_context& rq) {
    if (rq.presented.size() == 1)
        rq.session = rq.gateway.sessions.try_acquire(rq.presented.front());
    rq.session_known = rq.session != nullptr;
    return rq.session_known;
}

task<verdict> acquire_presented(request_context& rq) {
    std::optional<id_hash> chosen;
    verdict found = co_await choose(rq, chosen);
    if (!chosen) co_return remember(rq, std::move(found));
    const id_hash id = *chosen;
    verdict acquired = co_await rq.gateway.sessions.acquire(id, caller_of(rq));
    co_return remember(rq, std::move(acquired));
}

task<verdict> look_up_presented(request_context& rq) {
    std::optional<id_hash> chosen;
    verdict found = co_await choose(rq, chosen);
    if (!chosen) co_return remember(rq, std::move(found));
    const id_hash id = *chosen;
    verdict looked_up = co_await rq.gateway.sessions.look_up(id);
    co_return remember(rq, std::move(looked_up));
}

task<verdict> refresh_presented(request_context& rq) {
    std::optional<id_hash> chosen;
    verdict found = co_await choose(rq, chosen);
    if (!chosen) co_return remember(rq, std::move(found));
    const id_hash id = *chosen;
    verdict refreshed = co_await rq.gateway.sessions.refresh_if_due(id, caller_of(rq));
    co_return remember(rq, std::move(refreshed));
}

task<verdict> replace_refused_token(request_context& rq) {
    const session::record_ptr used = std::exchange(rq.session, nullptr);
    const hop_clock time = rq.time_hop();
    verdict now =
        co_await rq.gateway.sessions.refused_by_api(used->id, used->generation, caller_of(rq));
    time.stop(rq.hops.refresh);
    co_return remember(rq, std::move(now));
}

task<void> refuse_session(request_context& rq, verdict found) {
    if (found.what == access::store_unavailable) {
        co_await refuse(rq, problem::store_unavailable);
        co_return;
    }
    if (found.what == access::refresh_unavailable) {
        co_await refuse_for_now(rq, problem::refresh_unavailable, found.retry_after);
        co_return;
    }
    const bool ended = found.what == access::over;
    const problem reason = ended ? problem::session_ended : problem::unauthenticated;
    const bool has_sign_in = rq.gateway.options.pages || !rq.gateway.options.sign_in_page.empty();
    const bool for_page = rq.route != route_class::auth && rq.route != route_class::proxy;
    signed_out_answer how = signed_out_answer::unauthenticated;
    if (has_sign_in && for_page)
        how = answer_signed_out(rq.head(), rq.query, !rq.presented.empty());
    // Only Strict withholds the cookie from a navigation.
    const bool withheld = rq.gateway.options.cookies.site == cookies::same_site::strict;
    if (how == signed_out_answer::bounce && withheld) {
        co_await bounce(rq);
    } else if (how != signed_out_answer::unauthenticated) {
        co_await send_to_sign_in(rq, ended);
    } else {
        co_await refuse(rq, reason);
    }
}

task<bool> admit(request_context& rq, bool guarded, bool token_wanted) {
    if (!guarded && (rq.presented.empty() || !token_wanted)) co_return true;
    const hop_clock time = rq.time_hop();
    if (acquire_at_once(rq)) {
        time.stop(rq.hops.session);
        co_return true;
    }
    verdict found = co_await acquire_presented(rq);
    time.stop(found.waited ? rq.hops.refresh : rq.hops.session);
    const bool signed_out = found.what == access::unknown || found.what == access::over;
    // Without the store nobody knows who this is: never a false "signed out" (BF-14).
    const bool shown = found.what == access::granted || (signed_out && !guarded) ||
                       (found.what == access::refresh_unavailable && !token_wanted);
    if (shown) co_return true;
    co_await refuse_session(rq, std::move(found));
    co_return false;
}

result<void> cookies_fit(const request_context& rq, const session::token_set& tokens) {
    const auto fit = session::session_cookies_fit(tokens, rq.here.session_cookies());
    if (!fit) log_cookie_fault(rq, fit.error());
    return fit;
}

void set_cookies(request_context& rq, const session::session_id& id, const session::record& made) {
    // Counted from the sign-in, so that the id's Max-Age is the configured lifetime to the second.
    const auto set =
        session::set_session_cookies(rq.jar, id, made, made.made, rq.here.session_cookies());
    if (!set) log_cookie_fault(rq, set.error());
    rq.cookies_settled = true;
}

void expire_cookies(request_context& rq) {
    const auto expired = session::expire_session_cookies(rq.jar, rq.here.session_cookies());
    if (!expired) log_cookie_fault(rq, expired.error());
    rq.cookies_settled = true;
}

std::vector<std::string> cookie_lines(request_context& rq) {
    if (!rq.cookies_settled && rq.session_known &&
        rq.gateway.options.cookies.mode == cookie_mode::tokens) {
        // It may have ended, or been refreshed, since the request came in. An ended session's
        // answer gets none: what signed it out has expired them (F7).
        const auto now = rq.session ? rq.gateway.sessions.peek(rq.session->id) : nullptr;
        if (rq.session && !now) return rq.jar.lines();
        const auto lines = cookie_fields(rq);
        const auto mended = session::mend_session_cookies(
            rq.jar,
            {lines.data(), lines.size()},
            now.get(),
            rq.gateway.time.now(),
            rq.here.session_cookies()
        );
        if (!mended) log_cookie_fault(rq, mended.error());
    }
    return rq.jar.lines();
}

}  // namespace cloche::gateway
