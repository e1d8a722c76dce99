#include "providers/json_api_provider.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "http/errc.hpp"
#include "http/forwarded.hpp"
#include "observability/log.hpp"
#include "providers/token_answer.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

namespace cloche::providers {
namespace {

namespace json = boost::json;
using observability::level;
using observability::log_line;
using runtime::task;
using session::api_answer;
using session::caller;
using session::login_answer;
using session::refresh_answer;
using session::refresh_verdict;
using session::token_set;

/// `{"a":"x","n":1}` as `a=x&n=1`; members that are no scalars are left out.
std::string as_form(const json::object& members) {
    std::string form;
    for (const auto& member : members) {
        const json::value& value = member.value();
        if (value.is_object() || value.is_array() || value.is_null()) continue;
        if (!form.empty()) form += '&';
        form += percent_encode(member.key());
        form += '=';
        form += percent_encode(
            value.is_string() ? std::string(value.get_string()) : json::serialize(value)
        );
    }
    return form;
}

/// An object with `text` at `pointer` (`/a/b`, no escapes), objects made on the way.
json::object object_with(std::string_view pointer, std::string_view text) {
    json::object made;
    pointer.remove_prefix(1);
    const auto slash = pointer.find('/');
    if (slash == pointer.npos) {
        made.emplace(pointer, text);
    } else {
        made.emplace(pointer.substr(0, slash), object_with(pointer.substr(slash), text));
    }
    return made;
}

bool surely_not_sent(const error& failure) {
    return failure == http::errc::connect_failed || failure == http::errc::connect_timeout ||
           failure == http::errc::tls_failed;
}

bool is_success(unsigned status) {
    return status >= 200 && status < 300;
}

std::optional<seconds> retry_after(const http::response& answer) {
    const std::string_view text = answer.value("Retry-After");
    std::uint32_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || failure != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return seconds(number);
}

class json_api_provider final : public session::auth_provider {
public:
    json_api_provider(http::client& upstream, json_api_options options, const clock& time)
        : upstream_(upstream), options_(std::move(options)), api_(options_.api), time_(time) {}

    task<result<login_answer>> login(std::string body, caller who) override {
        http::request call = request_to(api_.login.request, who);
        set_body(call, std::move(body), api_.login.format);
        const instant sent_at = time_.now();
        result<http::response> got = co_await upstream_.fetch(std::move(call), call_options());
        if (!got) co_return got.error();

        result<json::value> parsed = parse_json(got->body);
        login_answer login;
        if (is_success(got->status)) {
            std::string why = "the answer is not JSON";
            result<token_answer> read = http::errc::upstream_invalid;
            if (parsed) read = read_tokens(*got, *parsed, api_, sent_at, why);
            if (!read) {
                log_line(level::error, "sign_in_answer_unreadable")
                    .with("reason", why)
                    .with("status", got->status);
                co_return read.error();
            }
            login.accepted = true;
            login.tokens = std::move(read->tokens);
            login.subject = std::move(read->subject);
            login.claims = std::move(read->claims);
        }
        result<api_answer> answer = own_answer(*got, parsed, login.tokens);
        if (!answer) co_return answer.error();
        login.answer = std::move(*answer);
        co_return login;
    }

    task<refresh_answer> refresh(token_set tokens, caller who) override {
        http::request call = refresh_request(tokens, who);
        http::fetch_options how = call_options();
        how.fresh_connection = true;
        how.timeout = api_.refresh.timeout;
        const instant sent_at = time_.now();
        result<http::response> got = co_await upstream_.fetch(std::move(call), how);

        refresh_answer answer;
        if (!got) {
            answer.verdict = surely_not_sent(got.error()) ? refresh_verdict::not_sent
                                                          : refresh_verdict::outcome_unknown;
            answer.detail = got.error().message();
            co_return answer;
        }
        answer.detail = "status " + std::to_string(got->status);
        if (is_success(got->status)) {
            read_refreshed(*got, sent_at, answer);
        } else if (std::ranges::find(api_.refresh.final_statuses, got->status) != api_.refresh.final_statuses.end()) {
            answer.verdict = refresh_verdict::refused;
        } else {
            answer.verdict = refresh_verdict::answered;
            answer.retry_after = retry_after(*got);
        }
        co_return answer;
    }

    task<bool> revoke(token_set tokens, caller who) override {
        if (!api_.logout) co_return true;
        http::request call = request_to(*api_.logout, who);
        call.with("Authorization", "Bearer " + std::string(tokens.access.reveal()));
        attach_refresh_token(call, tokens, body_format::json);
        result<http::response> got = co_await upstream_.fetch(std::move(call), call_options());
        // A refusal is an answer too: there is nothing left at the API to be ended.
        co_return got && got->status < 500 && got->status != 429;
    }

    task<std::optional<std::string>> user(access_token token, caller who) override {
        if (!api_.user) co_return std::nullopt;
        http::request call = request_to(*api_.user, who);
        call.with("Authorization", "Bearer " + std::string(token.reveal()));
        result<http::response> got = co_await upstream_.fetch(std::move(call), call_options());
        if (!got || got->status != 200) co_return std::nullopt;
        result<json::value> parsed = parse_json(got->body);
        if (!parsed) co_return std::nullopt;
        token_set known;
        known.access = std::move(token);
        error ignored;
        json::value* found = parsed->find_pointer(api_.user_at, ignored);
        if (!found || !found->is_object()) co_return std::nullopt;
        remove_tokens(*found, api_, known);
        co_return json::serialize(*found);
    }

    task<result<api_answer>> register_account(std::string body, caller who) override {
        if (!api_.register_account) co_return unconfigured();
        http::request call = request_to(*api_.register_account, who);
        set_body(call, std::move(body), body_format::json);
        co_return co_await asked(std::move(call));
    }

    task<result<api_answer>> verify_account(std::string token, std::string email, caller who)
        override {
        if (!api_.verify_account) co_return unconfigured();
        http::request call = request_to(*api_.verify_account, who);
        if (call.method == "GET") {
            call.target += "?token=" + percent_encode(token) + "&email=" + percent_encode(email);
        } else {
            json::object body;
            body.emplace("token", token);
            body.emplace("email", email);
            set_body(call, json::serialize(body), body_format::json);
        }
        co_return co_await asked(std::move(call));
    }

    std::string subject_of_user(std::string_view user_json) const override {
        if (api_.subject.in != subject_place::kind::user) return {};
        const auto user = parse_json(user_json);
        if (!user) return {};
        error ignored;
        const json::value* found = user->find_pointer(api_.subject.name, ignored);
        if (!found || found->is_null()) return {};
        return found->is_string() ? std::string(found->get_string()) : json::serialize(*found);
    }

private:
    static http::fetch_options call_options() { return {}; }

    /// What every request to the API carries, made anew (BF-13, FW-1).
    http::request request_to(const api_request& where, const caller& who) const {
        http::request call(where.method, where.path);
        call.with("Accept", "application/json");
        if (!who.accept_language.empty()) call.with("Accept-Language", who.accept_language);
        if (!who.user_agent.empty()) call.with("User-Agent", who.user_agent);
        if (!who.request_id.empty()) call.with("X-Request-Id", who.request_id);
        if (!who.traceparent.empty()) call.with("traceparent", who.traceparent);
        if (!options_.via.empty()) call.with("Via", "1.1 " + options_.via);
        if (!who.address.empty()) {
            call.with("X-Forwarded-For", who.address);
            call.with("X-Forwarded-Proto", options_.public_scheme);
            call.with("X-Forwarded-Host", options_.public_host);
            call.with(
                "Forwarded",
                http::forwarded_value(who.address, options_.public_scheme, options_.public_host)
            );
        }
        return call;
    }

    /// `body` is a JSON object's text.
    static void set_body(http::request& call, std::string body, body_format format) {
        if (format == body_format::form) {
            const auto members = parse_json_object(body);
            call.with("Content-Type", "application/x-www-form-urlencoded");
            call.body = as_form(members ? *members : json::object());
        } else {
            call.with("Content-Type", "application/json");
            call.body = std::move(body);
        }
    }

    void attach_refresh_token(http::request& call, const token_set& tokens, body_format format)
        const {
        if (tokens.refresh.empty()) return;
        const std::string_view value = tokens.refresh.reveal();
        if (api_.refresh_token.in == refresh_token_place::kind::cookie) {
            call.with("Cookie", api_.refresh_token.cookie + "=" + std::string(value));
        } else if (api_.refresh_token.send != "bearer") {
            set_body(call, json::serialize(object_with(api_.refresh_token.send, value)), format);
        }
    }

    http::request refresh_request(const token_set& tokens, const caller& who) const {
        http::request call = request_to(api_.refresh.request, who);
        if (api_.refresh_token.in == refresh_token_place::kind::body &&
            api_.refresh_token.send == "bearer") {
            call.with("Authorization", "Bearer " + std::string(tokens.refresh.reveal()));
        } else {
            attach_refresh_token(call, tokens, api_.refresh.format);
        }
        return call;
    }

    void read_refreshed(const http::response& got, instant sent_at, refresh_answer& answer) const {
        std::string why = "the answer is not JSON";
        const auto parsed = parse_json(got.body);
        result<token_answer> read = http::errc::upstream_invalid;
        if (parsed) read = read_tokens(got, *parsed, api_, sent_at, why);
        if (read) {
            answer.verdict = refresh_verdict::renewed;
            answer.tokens = std::move(read->tokens);
        } else {
            // It may well have rotated: what it said is lost, not what it did.
            answer.verdict = refresh_verdict::outcome_unknown;
            answer.detail = why;
        }
    }

    /// The API's own words for the browser: what it accepts (JSON), what it refuses, and that it is
    /// busy. Its faults are not.
    result<api_answer> own_answer(
        const http::response& got, result<json::value>& parsed, const token_set& tokens
    ) const {
        const bool refused = (got.status >= 400 && got.status < 500) || got.status == 503;
        if (!is_success(got.status) && !refused) CLOCHE_FAIL(http::errc::upstream_invalid);
        api_answer answer;
        answer.status = got.status;
        answer.retry_after = got.value("Retry-After");
        if (parsed && parsed->is_object()) {
            remove_tokens(*parsed, api_, tokens);
            answer.json = json::serialize(*parsed);
        } else if (refused) {
            json::object words;
            words.emplace("message", http::reason_phrase(got.status));
            answer.json = json::serialize(words);
        } else if (got.body.empty()) {
            answer.json = "{}";
        } else {
            CLOCHE_FAIL(http::errc::upstream_invalid);
        }
        return answer;
    }

    task<result<api_answer>> asked(http::request call) {
        result<http::response> got = co_await upstream_.fetch(std::move(call), call_options());
        if (!got) co_return got.error();
        result<json::value> parsed = parse_json(got->body);
        const token_set none;
        co_return own_answer(*got, parsed, none);
    }

    static api_answer unconfigured() {
        api_answer answer;
        answer.status = 404;
        answer.json = R"({"message":"The API has no such request."})";
        return answer;
    }

    http::client& upstream_;
    json_api_options options_;
    const json_api_description& api_;
    const clock& time_;
};

}  // namespace

std::unique_ptr<session::auth_provider> make_json_api_provider(
    http::client& upstream, json_api_options options, const clock& time
) {
    return std::make_unique<json_api_provider>(upstream, std::move(options), time);
}

}  // namespace cloche::providers
