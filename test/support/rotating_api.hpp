// An auth API in memory: it rotates refresh tokens, and unless it is given a grace it revokes the
// whole family on any reuse. What goes wrong is scripted, call by call.
#pragma once

#include "session/auth_provider.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/wait_traits.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace cloche::test {

class rotating_api final : public session::auth_provider {
public:
    enum class fate {
        answers,
        not_sent,      ///< refused connection
        busy,          ///< 503
        refuses,       ///< 401, whatever the token
        loses_call,    ///< the connection was cut before the API got it
        loses_answer,  ///< the API rotated, the answer was cut
        throws,
    };

    explicit rotating_api(const clock& time) : time_(time) {}

    /// Tokens of a new family, as a sign-in brings them.
    session::token_set issue() {
        const std::lock_guard lock(mutex_);
        return tokens_of(++families_, 0);
    }

    /// What becomes of the next call; once the script is used up, `always`.
    void next(fate what) {
        const std::lock_guard lock(mutex_);
        script_.push_back(what);
    }
    void forget_script() {
        const std::lock_guard lock(mutex_);
        script_.clear();
    }
    void always(fate what) {
        const std::lock_guard lock(mutex_);
        always_ = what;
    }
    /// From now on calls arrive, and their answers are held back until release().
    void hold() { holding_ = true; }
    /// Calls that arrive from now on are answered; those that are held back stay so.
    void stop_holding() { holding_ = false; }
    void release() {
        holding_ = false;
        ++releases_;
    }
    void revocations_fail(bool fail) { revocations_fail_ = fail; }

    milliseconds life{300'000};  ///< of the access tokens
    bool grace = false;          ///< the direct predecessor gets the same successor again
    std::optional<seconds> retry_after;

    int calls() const { return calls_; }
    int rotations() const { return rotations_; }
    /// Somebody presented a token that was spent.
    int reuses() const { return reuses_; }
    std::vector<std::string> revoked() const {
        const std::lock_guard lock(mutex_);
        return revoked_;
    }
    std::vector<session::caller> callers() const {
        const std::lock_guard lock(mutex_);
        return callers_;
    }
    /// The API would still take this access token's family.
    bool is_alive(const session::token_set& tokens) const {
        const std::lock_guard lock(mutex_);
        return !dead_.contains(family_of(tokens.refresh.reveal()));
    }

    runtime::task<session::refresh_answer> refresh(session::token_set tokens, session::caller who)
        override {
        const bool held = holding_;
        const int before = releases_;
        auto answer = decide(tokens, std::move(who));
        while (held && releases_ == before) {
            const milliseconds moment(1);
            co_await pause(moment);
        }
        co_return answer;
    }

    runtime::task<bool> revoke(session::token_set tokens, session::caller who) override {
        const std::lock_guard lock(mutex_);
        callers_.push_back(std::move(who));
        if (revocations_fail_) co_return false;
        revoked_.emplace_back(tokens.refresh.reveal());
        dead_.insert(family_of(tokens.refresh.reveal()));
        co_return true;
    }

    runtime::task<result<session::login_answer>> login(std::string, session::caller) override {
        co_return session::login_answer();
    }
    runtime::task<std::optional<std::string>> user(access_token, session::caller) override {
        co_return std::nullopt;
    }
    runtime::task<result<session::api_answer>> register_account(std::string, session::caller)
        override {
        co_return session::api_answer();
    }
    runtime::task<result<session::api_answer>> verify_account(
        std::string, std::string, session::caller
    ) override {
        co_return session::api_answer();
    }
    std::string subject_of_user(std::string_view) const override { return {}; }
    std::vector<std::string> roles_of(const access_token&, std::string_view) const override {
        return {};
    }

private:
    /// "refresh 3.7": the seventh of family 3.
    static int family_of(std::string_view refresh) {
        return std::stoi(std::string(refresh.substr(refresh.find(' ') + 1)));
    }
    static int number_of(std::string_view refresh) {
        return std::stoi(std::string(refresh.substr(refresh.find('.') + 1)));
    }
    session::token_set tokens_of(int family, int number) {
        const std::string name = std::to_string(family) + "." + std::to_string(number);
        current_[family] = number;
        session::token_set made;
        made.access = access_token("access " + name);
        made.refresh = refresh_token("refresh " + name);
        made.sent_at = time_.now();
        made.life = life;
        return made;
    }

    static runtime::task<void> pause(milliseconds length) {
        using steady = std::chrono::steady_clock;
        const auto executor = co_await boost::asio::this_coro::executor;
        boost::asio::
            basic_waitable_timer<steady, boost::asio::wait_traits<steady>, runtime::io_executor>
                timer(executor, length);
        co_await timer.async_wait(runtime::use_task);
    }

    session::refresh_answer decide(const session::token_set& tokens, session::caller who) {
        const std::lock_guard lock(mutex_);
        ++calls_;
        callers_.push_back(std::move(who));
        fate what = always_;
        if (!script_.empty()) {
            what = script_.front();
            script_.pop_front();
        }
        session::refresh_answer answer;
        switch (what) {
            case fate::not_sent:
                answer.verdict = session::refresh_verdict::not_sent;
                return answer;
            case fate::busy:
                answer.verdict = session::refresh_verdict::answered;
                answer.retry_after = retry_after;
                return answer;
            case fate::refuses:
                answer.verdict = session::refresh_verdict::refused;
                return answer;
            case fate::loses_call:
                answer.verdict = session::refresh_verdict::outcome_unknown;
                return answer;
            case fate::throws:
                throw std::runtime_error("the provider is broken");
            case fate::answers:
            case fate::loses_answer:
                break;
        }
        answer = rotate(tokens);
        if (what == fate::loses_answer) {
            answer = session::refresh_answer();
            answer.verdict = session::refresh_verdict::outcome_unknown;
        }
        return answer;
    }

    session::refresh_answer rotate(const session::token_set& tokens) {
        session::refresh_answer answer;
        const int family = family_of(tokens.refresh.reveal());
        const int number = number_of(tokens.refresh.reveal());
        const bool again = grace && number == current_[family] - 1;
        if (dead_.contains(family) || (number != current_[family] && !again)) {
            if (!dead_.contains(family)) ++reuses_;
            dead_.insert(family);
            answer.verdict = session::refresh_verdict::refused;
            return answer;
        }
        if (!again) ++rotations_;
        answer.verdict = session::refresh_verdict::renewed;
        answer.tokens = tokens_of(family, number + 1);
        return answer;
    }

    const clock& time_;
    mutable std::mutex mutex_;
    std::deque<fate> script_;
    fate always_ = fate::answers;
    std::atomic<bool> holding_ = false;
    std::atomic<int> releases_ = 0;
    std::atomic<bool> revocations_fail_ = false;
    int families_ = 0;
    std::map<int, int> current_;
    std::set<int> dead_;
    std::atomic<int> calls_ = 0;
    std::atomic<int> rotations_ = 0;
    std::atomic<int> reuses_ = 0;
    std::vector<std::string> revoked_;
    std::vector<session::caller> callers_;
};

}  // namespace cloche::test
