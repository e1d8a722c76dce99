#include "torture/person.hpp"

#include "runtime/pause.hpp"
#include "torture/placeholder.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <utility>

namespace cloche::torture {
namespace {

namespace asio = boost::asio;
using runtime::task;

/// A good request of a browser's page to sign in once more after it failed.
constexpr milliseconds sign_in_again_least{200};
constexpr milliseconds sign_in_again_most{1'000};
/// Every replica has to know of a sign-out by then.
constexpr milliseconds signed_out_everywhere{1'500};
constexpr milliseconds stay_most{400};
/// At the end of a run: a gateway may pause for half a minute before it tries a refresh again.
constexpr milliseconds served_within{45'000};
constexpr milliseconds ask_again{500};
/// Nobody waits for the end of a token that lives longer.
constexpr milliseconds life_most{10'000};

/// Not all at once: the gateway is to be tried by refreshes.
milliseconds spread_of_all(const plan& what) {
    return milliseconds(std::max<std::size_t>(500, 2 * what.sessions));
}

bool is_good(unsigned status) {
    return status >= 200 && status < 300;
}

std::string_view in_words(fate what) {
    switch (what) {
        case fate::live:
            return "its refresh token is live";
        case fate::double_spent:
            return "the gateway spent a refresh token twice";
        case fate::signed_out:
            return "the gateway signed out at the API, unasked";
        default:
            return "";
    }
}

std::vector<std::string> cookies_set_by(const http::response& answer) {
    std::vector<std::string> lines;
    for (const std::string_view line : answer.values("Set-Cookie"))
        lines.emplace_back(line);
    return lines;
}

std::string words_of(const http::response& answer) {
    constexpr std::size_t enough = 160;
    return std::to_string(answer.status) + ' ' + answer.body.substr(0, enough);
}

}  // namespace

struct person::tab {
    using steady = std::chrono::steady_clock;
    asio::basic_waitable_timer<steady, asio::wait_traits<steady>, runtime::io_executor> timer;
    dice throws;
    std::size_t waiting = 0;  ///< requests without their answer

    tab(const runtime::io_executor& home, dice own) : timer(home), throws(own) {}
};

person::person(stage& on, std::size_t number, const runtime::io_executor& home)
    : stage_(on),
      name_("person-" + std::to_string(number) + "@example.com"),
      home_(home),
      throws_(dice::of(on.what.seed, {2, number})),
      signed_out_(home) {
    for (std::size_t i = 0; i < on.what.tabs; ++i)
        tabs_.push_back(std::make_shared<tab>(home, dice::of(on.what.seed, {3, number, i})));
}

void person::spawn(task<void> work) {
    auto kept = std::make_shared<gathering::member>(stage_.under_way);
    auto done = [self = shared_from_this(), kept](const std::exception_ptr& thrown) {
        if (thrown) self->stage_.counts.find(self->name_ + " broke: a fault of the test itself");
    };
    asio::co_spawn(home_, std::move(work), std::move(done));
}

void person::enter() {
    spawn(live());
    for (std::size_t i = 0; i < tabs_.size(); ++i)
        spawn(use_tab(i));
}

void person::leave() {
    // Whoever is signed in stays so: what is still under way is judged, and what follows.
    count_time_signed_in();
    signed_out_.set();
    for (const auto& one : tabs_)
        one->timer.cancel();
}

http::request person::make_request(const recipe_request& what, const std::string& cookies) const {
    http::request out(what.method, what.path);
    for (const std::string& line : stage_.what.recipe.headers) {
        const auto colon = line.find(':');
        const auto value = line.find_first_not_of(' ', colon + 1);
        out.with(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
    }
    if (!cookies.empty()) out.with("Cookie", cookies);
    out.body = what.body;
    put_in(out.body, "{user}", name_);
    put_in(out.body, "{password}", "correct horse battery staple");
    return out;
}

bool person::says_signed_out(unsigned status) const {
    return std::ranges::find(stage_.what.recipe.signed_out, status) !=
           stage_.what.recipe.signed_out.end();
}

void person::count_time_signed_in() {
    if (!signed_in_) return;
    const auto now = std::chrono::steady_clock::now();
    const auto lasted = std::chrono::duration_cast<milliseconds>(now - signed_in_at_);
    signed_in_at_ = now;
    stage_.counts.note([&](figures& count) { count.signed_in += lasted; });
}

void person::be_signed_out() {
    count_time_signed_in();
    signed_in_ = false;
    ++epoch_;
    signed_out_.set();
}

task<void> person::live() {
    const milliseconds first = throws_.between(milliseconds(0), spread_of_all(stage_.what));
    co_await runtime::pause(first);
    while (!stage_.over) {
        co_await sign_in();
        if (signed_in_) co_await signed_out_.wait();
    }
}

task<void> person::sign_in() {
    auto asked = make_request(stage_.what.recipe.sign_in, cookies_.header());
    const std::size_t at = throws_.one_of(stage_.gateway.replicas());
    auto answer = co_await stage_.gateway.send(std::move(asked), at);
    if (answer && is_good(answer->status)) {
        cookies_.take(cookies_set_by(*answer));
        stage_.counts.note([](figures& count) { ++count.sign_ins; });
        ++epoch_;
        signed_in_at_ = std::chrono::steady_clock::now();
        signed_out_.reset();
        signed_in_ = !stage_.over;
        co_return;
    }
    const std::string why = answer ? std::to_string(answer->status) : answer.error().message();
    stage_.counts.note([&](figures& count) { ++count.failed["sign-in: " + why]; });
    const milliseconds rest = throws_.between(sign_in_again_least, sign_in_again_most);
    co_await runtime::pause(rest);
}

task<void> person::use_tab(std::size_t number) {
    const std::shared_ptr<tab> own = tabs_.at(number);
    const auto& planned = stage_.what;
    const milliseconds life = planned.api.access_token;
    milliseconds rest = own->throws.between(milliseconds(0), life);
    while (!stage_.over) {
        error ignored;
        own->timer.expires_after(rest);
        co_await own->timer.async_wait(asio::redirect_error(runtime::use_task, ignored));
        // About once a life, at no fixed place in it.
        rest = own->throws.between(life * 7 / 10, life * 11 / 10);
        if (stage_.over || !signed_in_) continue;
        if (number == 0 && own->throws.happens(planned.browser.sign_out)) {
            co_await sign_out(own->throws);
            continue;
        }
        if (!planned.recipe.refresh.path.empty() && own->throws.happens(0.3)) {
            const dice own_throws(own->throws.next());
            co_await ask(errand::refresh, own_throws);
            if (!signed_in_) continue;
        }
        // A page that still waits asks for nothing more: what is stopped for a while must not be
        // met by all that was not said meanwhile.
        if (own->waiting >= planned.browser.burst) continue;
        const std::size_t burst = 1 + own->throws.one_of(planned.browser.burst);
        for (std::size_t i = 0; i < burst; ++i)
            spawn(call_from(own, dice(own->throws.next())));
    }
}

task<void> person::call_from(std::shared_ptr<tab> own, dice throws) {
    ++own->waiting;
    co_await ask(errand::call, throws);
    --own->waiting;
}

task<void> person::ask(errand what, dice throws) {
    const auto& planned = stage_.what;
    const auto& recipe = planned.recipe;
    const std::uint64_t begun_in = epoch_;
    auto asked =
        make_request(what == errand::call ? recipe.call : recipe.refresh, cookies_.header());
    const std::size_t at = throws.one_of(stage_.gateway.replicas());
    stage_.counts.note([](figures& count) { ++count.requests; });

    if (throws.happens(planned.browser.gone)) {
        stage_.counts.note([](figures& count) { ++count.abandoned; });
        const milliseconds stay = throws.between(milliseconds(0), stay_most);
        co_await stage_.gateway.send_and_leave(std::move(asked), at, stay);
        co_return;
    }
    const auto begun = std::chrono::steady_clock::now();
    auto answer = co_await stage_.gateway.send(std::move(asked), at);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - begun
    );
    stage_.counts.note([&](figures& count) { count.latency.add(took); });
    if (!answer) {
        const std::string why = answer.error().message();
        stage_.counts.note([&](figures& count) { ++count.failed[why]; });
        co_return;
    }
    if (throws.happens(planned.browser.lost)) co_return;
    auto set_cookies = cookies_set_by(*answer);
    if (throws.happens(planned.browser.late)) {
        const milliseconds late = throws.between(milliseconds(50), planned.api.access_token);
        spawn(take_late(std::move(set_cookies), late));
    } else {
        cookies_.take(set_cookies);
    }
    // Refused by the API, through a gateway that had tried with a newer one: who takes that long
    // has no good token at either end.
    if (took >= planned.api.access_token / 2 && played_api::refused_token(*answer)) {
        stage_.counts.note([](figures& count) { ++count.failed["401, expired on its way"]; });
        co_return;
    }
    judge(what, begun_in, at, *answer);
}

void person::check_at_end() {
    if (signed_in_) spawn(be_served_once_more());
}

task<void> person::be_served_once_more() {
    const milliseconds life = std::min<milliseconds>(stage_.what.api.access_token, life_most);
    const milliseconds first = life + throws_.between(milliseconds(0), spread_of_all(stage_.what));
    co_await runtime::pause(first);
    std::string last;
    const auto until = std::chrono::steady_clock::now() + served_within;
    while (signed_in_ && std::chrono::steady_clock::now() < until) {
        auto asked = make_request(stage_.what.recipe.call, cookies_.header());
        const std::size_t at = throws_.one_of(stage_.gateway.replicas());
        auto answer = co_await stage_.gateway.send(std::move(asked), at);
        if (answer) {
            cookies_.take(cookies_set_by(*answer));
            const bool refused = played_api::refused_token(*answer);
            if (!refused) judge(errand::call, epoch_, at, *answer);
            if (is_good(answer->status)) co_return;
            last = words_of(*answer);
        } else {
            last = answer.error().message();
        }
        co_await runtime::pause(ask_again);
    }
    if (!signed_in_) co_return;
    stage_.counts.note([](figures& count) { ++count.not_served_at_end; });
    stage_.counts.find(name_ + " was not served any more once all troubles were over: " + last);
}

task<void> person::take_late(std::vector<std::string> set_cookies, milliseconds late) {
    co_await runtime::pause(late);
    cookies_.take(set_cookies);
}

void person::judge(
    errand what, std::uint64_t begun_in, std::size_t at, const http::response& answer
) {
    if (is_good(answer.status)) {
        if (what != errand::call || answer.body.find(name_) != std::string::npos) return;
        if (begun_in != epoch_) return;
        stage_.counts.note([](figures& count) { ++count.wrong_user; });
        stage_.counts.find(
            name_ + " got, from replica " + std::to_string(at) + ": " + words_of(answer)
        );
        return;
    }
    if (!says_signed_out(answer.status)) {
        stage_.counts.note([&](figures& count) { ++count.failed[std::to_string(answer.status)]; });
        return;
    }
    if (begun_in != epoch_ || !signed_in_) return;
    const fate why = stage_.api.fate_of(name_);
    if (why == fate::revoked) {
        stage_.counts.note([](figures& count) { ++count.signed_out_by_api; });
    } else if (why == fate::unavoidable) {
        stage_.counts.note([](figures& count) { ++count.lost_unavoidably; });
    } else {
        stage_.counts.note([](figures& count) { ++count.signed_out_undeserved; });
        stage_.counts.find(
            name_ + " was signed out by replica " + std::to_string(at) + ", though " +
            std::string(in_words(why)) + ": " + words_of(answer)
        );
    }
    be_signed_out();
}

task<void> person::sign_out(dice& throws) {
    const std::string old_cookies = cookies_.header();
    auto asked = make_request(stage_.what.recipe.sign_out, old_cookies);
    const std::size_t at = throws.one_of(stage_.gateway.replicas());
    // From now on a request may rightly hear that nobody is signed in.
    const std::uint64_t own_epoch = ++epoch_;
    auto answer = co_await stage_.gateway.send(std::move(asked), at);
    if (own_epoch != epoch_) co_return;
    if (answer) cookies_.take(cookies_set_by(*answer));
    if (answer && is_good(answer->status)) {
        stage_.counts.note([](figures& count) { ++count.signed_out_by_person; });
        spawn(check_signed_out(old_cookies, throws.one_of(stage_.gateway.replicas())));
    } else {
        const std::string why = answer ? std::to_string(answer->status) : answer.error().message();
        stage_.counts.note([&](figures& count) { ++count.failed["sign-out: " + why]; });
    }
    be_signed_out();
}

task<void> person::check_signed_out(std::string old_cookies, std::size_t at) {
    co_await runtime::pause(signed_out_everywhere);
    auto asked = make_request(stage_.what.recipe.call, old_cookies);
    auto answer = co_await stage_.gateway.send(std::move(asked), at);
    if (!answer || !is_good(answer->status)) co_return;
    stage_.counts.note([](figures& count) { ++count.served_after_sign_out; });
    stage_.counts.find(
        name_ + " had signed out, and replica " + std::to_string(at) +
        " still answered: " + words_of(*answer)
    );
}

}  // namespace cloche::torture
