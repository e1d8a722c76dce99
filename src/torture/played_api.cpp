#include "torture/played_api.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "cookies/cookie_header.hpp"
#include "runtime/pause.hpp"
#include "torture/played_token.hpp"

#include <boost/json/serialize.hpp>

#include <optional>
#include <utility>

namespace cloche::torture {
namespace {

namespace json = boost::json;
using http::reply;
using runtime::task;

constexpr std::string_view token_not_valid = "The access token is not valid.";
constexpr std::size_t body_limit = 64 * 1024;

reply json_reply(unsigned status, const json::object& body) {
    return reply(status, "application/json", json::serialize(body));
}

reply refusal(unsigned status, std::string_view message) {
    return json_reply(status, {{"error", "Refused"}, {"message", message}});
}

task<std::string> whole_body(http::client_stream& stream) {
    std::string body;
    while (true) {
        auto piece = co_await stream.read_body();
        if (!piece || piece->empty()) break;
        body += *piece;
        if (body.size() > body_limit) break;
    }
    co_return body;
}

std::string cookie_of(http::client_stream& stream, std::string_view name) {
    const auto values = cookies::values_of(stream.head().value(http::field_id::cookie), name);
    return values.empty() ? std::string() : std::string(values.front());
}

/// A member of a JSON or form body, under the first of its names that is there.
std::string member_of(std::string_view body, std::initializer_list<std::string_view> names) {
    const auto object = parse_json_object(body);
    for (const std::string_view name : names) {
        if (object) {
            const auto text = text_member(*object, name);
            if (text) return std::string(*text);
        } else if (auto text = form_value(body, name)) {
            return std::move(*text);
        }
    }
    return {};
}

instant wall_clock() {
    return system_clock().now();
}

/// True if the caller was still there at the end.
task<bool> wait_with_caller(http::client_stream& stream, milliseconds length) {
    bool gone = false;
    stream.when_gone([&gone] { gone = true; });
    co_await runtime::pause(length);
    stream.when_gone({});
    co_return !gone;
}

/// The refresh token was not spent.
task<void> answer_instead(http::client_stream& stream, fault what) {
    reply trouble(200, "text/html", "<h1>Welcome to nginx!</h1>");
    switch (what) {
        case fault::status_500:
            trouble = refusal(500, "Not now.");
            break;
        case fault::status_429:
            trouble = refusal(429, "Not so often.");
            break;
        case fault::status_403:
            trouble = refusal(403, "Not from there.");
            break;
        default:
            break;
    }
    if (what == fault::reset) {
        stream.abort();
    } else {
        co_await stream.send(trouble);
    }
}

/// Half of it, and then the connection breaks.
task<void> send_half(http::client_stream& stream, const reply& answer) {
    std::vector<http::out_field> fields;
    for (const auto& [name, value] : answer.fields)
        fields.push_back({name, value});
    if (stream.start(answer.status, fields, answer.body.size())) {
        const auto half = std::string_view(answer.body).substr(0, answer.body.size() / 2);
        co_await stream.write(half);
    }
    stream.abort();
}

/// The refresh token was spent. True if all of the answer has left, to somebody who waited for it.
task<bool> answer_spent(http::client_stream& stream, planned_fault planned, const reply& answer) {
    if (planned.what == fault::lost) {
        stream.abort();
        co_return false;
    }
    if (planned.what == fault::cut) {
        co_await send_half(stream, answer);
        co_return false;
    }
    if (planned.what == fault::garbled) {
        const reply garbled(200, "application/json", R"({"message":"Token refr)");
        co_await stream.send(garbled);
        co_return false;
    }
    if (planned.what == fault::slow) {
        const bool there = co_await wait_with_caller(stream, planned.late);
        if (!there) co_return false;
    }
    auto sent = co_await stream.send(answer);
    co_return sent.has_value();
}

}  // namespace

played_api::played_api(const plan& what, const disturbances& done, tally& counts)
    : plan_(what), disturbances_(done), tally_(counts), ledger_(what.api.grace) {}

task<void> played_api::handle(http::client_stream& stream, std::size_t replica) {
    const std::string_view target = stream.head().target;
    const std::string_view path = target.substr(0, target.find('?'));
    if (path == "/auth/me") {
        co_await who_am_i(stream);
    } else if (path == "/auth/refresh-token") {
        co_await refresh(stream, replica);
    } else if (path == "/auth/login") {
        co_await sign_in(stream);
    } else if (path == "/auth/logout") {
        co_await sign_out(stream);
    } else {
        const reply nothing = refusal(404, "There is nothing here.");
        co_await stream.send(nothing);
    }
}

reply played_api::no_request() {
    return refusal(400, "That was no request.");
}

bool played_api::refused_token(const http::response& answer) {
    return answer.status == 401 && answer.body.find(token_not_valid) != std::string::npos;
}

fate played_api::fate_of(const std::string& user) const {
    const std::lock_guard lock(mutex_);
    return ledger_.fate_of(user);
}

reply played_api::tokens_answer(const refresh_ticket& ticket, std::string_view message) const {
    std::string user;
    {
        const std::lock_guard lock(mutex_);
        user = ledger_.user_of(ticket.family);
    }
    const auto life = plan_.api.access_token;
    const std::string access = access_token(user, ticket, wall_clock(), life);
    const std::string next = ticket.text();
    reply answer = json_reply(
        200,
        {{"message", message},
         {"data", {{"accessToken", access}, {"expiresIn", life.count()}}},
         {"access_token", access},
         {"refresh_token", next},
         {"token_type", "Bearer"},
         {"expires_in", life.count()}}
    );
    answer.with(
        "Set-Cookie", "refreshToken=" + next + "; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax"
    );
    answer.with("Cache-Control", "no-store");
    return answer;
}

task<void> played_api::sign_in(http::client_stream& stream) {
    const std::string body = co_await whole_body(stream);
    const std::string user = member_of(body, {"email", "username"});
    if (user.empty()) {
        const reply refused = refusal(422, "Who is it?");
        co_await stream.send(refused);
        co_return;
    }
    refresh_ticket ticket;
    {
        const std::lock_guard lock(mutex_);
        ticket = ledger_.sign_in(user);
    }
    const reply answer = tokens_answer(ticket, "Login successful");
    co_await stream.send(answer);
}

task<void> played_api::refresh(http::client_stream& stream, std::size_t replica) {
    std::string text = cookie_of(stream, "refreshToken");
    if (text.empty()) {
        const std::string body = co_await whole_body(stream);
        text = member_of(body, {"refreshToken", "refresh_token"});
    }
    const auto ticket = refresh_ticket::read(text);
    const reply refused = refusal(401, "The refresh token is not valid.");
    if (!ticket) {
        co_await stream.send(refused);
        co_return;
    }

    planned_fault planned;
    token_ledger::spent spent;
    {
        const std::lock_guard lock(mutex_);
        const auto attempt = ledger_.count_attempt(ticket->family);
        if (!behaves_) planned = fault_of(plan_.api.faults, plan_.seed, ticket->family, attempt);
        if (planned.what == fault::revoked) ledger_.end(ticket->family, fate::revoked);
        if (!is_instead_of_rotation(planned.what))
            spent = ledger_.spend(*ticket, replica, system_clock().ticks(), disturbances_);
    }
    tally_.note([&](figures& count) {
        ++count.faults.at(static_cast<std::size_t>(planned.what));
        if (spent.double_spend) ++count.double_spends;
        if (spent.twice && !spent.double_spend) ++count.repeats;
        if (spent.what == token_ledger::outcome::rotated) ++count.refreshes;
    });

    if (spent.double_spend) note_double_spend(*ticket, spent, replica);
    if (is_instead_of_rotation(planned.what)) {
        co_await answer_instead(stream, planned.what);
        co_return;
    }
    if (spent.what == token_ledger::outcome::refused) {
        co_await stream.send(refused);
        co_return;
    }
    const reply answer = tokens_answer(spent.successor, "Token refreshed");
    const bool whole = co_await answer_spent(stream, planned, answer);
    const std::lock_guard lock(mutex_);
    ledger_.answered(*ticket, whole);
}

void played_api::note_double_spend(
    const refresh_ticket& ticket, const token_ledger::spent& spent, std::size_t replica
) {
    std::string user;
    {
        const std::lock_guard lock(mutex_);
        user = ledger_.user_of(ticket.family);
    }
    tally_.find(
        "refresh token " + std::to_string(ticket.generation) + " of " + user +
        " came again from replica " + std::to_string(replica) + ", " +
        std::to_string(spent.after.count()) + " ms after replica " +
        std::to_string(spent.first_by) + " had spent " +
        (ticket.generation + 1 == spent.live ? "it" : "a newer one")
    );
}

task<void> played_api::who_am_i(http::client_stream& stream) {
    const auto who = read_bearer(stream.head().value(http::field_id::authorization), wall_clock());
    if (!who || who->expired) {
        if (who) tally_.note([](figures& count) { ++count.stale_tokens; });
        reply refused = refusal(401, token_not_valid);
        refused.with("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        co_await stream.send(refused);
        co_return;
    }
    const reply answer =
        json_reply(200, {{"message", "ok"}, {"data", {{"id", who->user}, {"email", who->user}}}});
    co_await stream.send(answer);
}

task<void> played_api::sign_out(http::client_stream& stream) {
    auto ticket = refresh_ticket::read(cookie_of(stream, "refreshToken"));
    if (!ticket) {
        const auto who =
            read_bearer(stream.head().value(http::field_id::authorization), wall_clock());
        if (who) ticket = who->ticket;
    }
    if (ticket) {
        const std::lock_guard lock(mutex_);
        ledger_.end(ticket->family, fate::signed_out);
    }
    const reply answer =
        json_reply(200, {{"message", "ok"}, {"data", {{"message", "Signed out"}}}});
    co_await stream.send(answer);
}

}  // namespace cloche::torture
