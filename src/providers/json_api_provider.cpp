#include "providers/json_api_provider.hpp"

#include "base/json.hpp"
#include "http/errc.hpp"
#include "observability/log.hpp"
#include "providers/roles.hpp"
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

bool surely_not_sent(const error& failure) {
    return failure == http::errc::connect_failed || failure == http::errc::connect_timeout ||
           failure == http::errc::tls_failed;
}

bool is_success(unsigned status) {
    return status >= 200 && status < 300;
}

/// Whether whoever answers a revocation so knows of it. A refusal is an answer too: there is
/// nothing left at the API to be ended. What says to come back later is none.
bool has_heard(unsigned status) {
    return status < 500 && status != 408 && status != 425 && status != 429;
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
        : upstream_(upstream), calls_(std::move(options)), api_(calls_.api()), time_(time) {}

    task<result<login_answer>> login(std::string body, caller who) override {
        api_call call = calls_.login(std::move(body), who);
        const instant sent_at = time_.now();
        result<http::response> got = co_await upstream_.fetch(std::move(call.what), call.how);
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
        api_call call = calls_.refresh(tokens, who);
        const instant sent_at = time_.now();
        result<http::response> got = co_await upstream_.fetch(std::move(call.what), call.how);

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
        std::optional<api_call> call = calls_.revocation(tokens, who, time_.now());
        if (!call) co_return true;
        result<http::response> got = co_await upstream_.fetch(std::move(call->what), call->how);
        co_return got&& has_heard(got->status);
    }

    task<std::optional<std::string>> user(access_token token, caller who) override {
        std::optional<api_call> call = calls_.user(token, who);
        if (!call) co_return std::nullopt;
        result<http::response> got = co_await upstream_.fetch(std::move(call->what), call->how);
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
        std::optional<api_call> call = calls_.register_account(std::move(body), who);
        if (!call) co_return http::errc::not_implemented;
        co_return co_await asked(std::move(*call));
    }

    task<result<api_answer>> verify_account(std::string token, std::string email, caller who)
        override {
        std::optional<api_call> call = calls_.verify_account(token, email, who);
        if (!call) co_return http::errc::not_implemented;
        co_return co_await asked(std::move(*call));
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

    std::vector<std::string> roles_of(const access_token& token, std::string_view user_json)
        const override {
        return read_roles(api_.roles, token, user_json);
    }

private:
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

    task<result<api_answer>> asked(api_call call) {
        result<http::response> got = co_await upstream_.fetch(std::move(call.what), call.how);
        if (!got) co_return got.error();
        result<json::value> parsed = parse_json(got->body);
        const token_set none;
        co_return own_answer(*got, parsed, none);
    }

    http::client& upstream_;
    const api_calls calls_;
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
