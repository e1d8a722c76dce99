// One person with a browser and some tabs, each with a timer of its own: signs in, uses the API
// through the gateway, signs out now and then, and says what should not have happened.
//
// All of a person's coroutines run on one I/O thread.
#pragma once

#include "runtime/async_signal.hpp"
#include "torture/browser_cookies.hpp"
#include "torture/dice.hpp"
#include "torture/front_door.hpp"
#include "torture/gathering.hpp"
#include "torture/plan.hpp"
#include "torture/played_api.hpp"
#include "torture/tally.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace cloche::torture {

/// What all persons share.
struct stage {
    const plan& what;
    front_door& gateway;
    const played_api& api;
    tally& counts;
    std::atomic<bool> over{false};
    gathering under_way;

    stage(const plan& planned, front_door& door, const played_api& played, tally& counting)
        : what(planned), gateway(door), api(played), counts(counting) {}
};

class person : public std::enable_shared_from_this<person> {
public:
    person(stage& on, std::size_t number, const runtime::io_executor& home);

    /// Begins to live. On the person's own thread, as leave().
    void enter();
    /// Once `stage::over` is set: wakes what sleeps.
    void leave();
    /// After all has ended: whether whoever is signed in is still served, with a token that the run
    /// has not seen.
    void check_at_end();

private:
    enum class errand { call, refresh };
    struct tab;

    runtime::task<void> live();
    runtime::task<void> use_tab(std::size_t number);
    runtime::task<void> sign_in();
    runtime::task<void> sign_out(dice& throws);
    runtime::task<void> check_signed_out(std::string old_cookies, std::size_t at);
    runtime::task<void> call_from(std::shared_ptr<tab> own, dice throws);
    runtime::task<void> ask(errand what, dice throws);
    runtime::task<void> be_served_once_more();
    runtime::task<void> take_late(std::vector<std::string> set_cookies, milliseconds late);
    void spawn(runtime::task<void> work);

    http::request make_request(const recipe_request& what, const std::string& cookies) const;
    bool says_signed_out(unsigned status) const;
    void judge(errand what, std::uint64_t begun_in, std::size_t at, const http::response& answer);
    void count_time_signed_in();
    void be_signed_out();

    stage& stage_;
    std::string name_;
    runtime::io_executor home_;
    dice throws_;
    browser_cookies cookies_;
    /// Goes up with each sign-in and sign-out: an answer to a request of before says nothing of
    /// now.
    std::uint64_t epoch_ = 0;
    bool signed_in_ = false;
    monotonic signed_in_at_{};
    runtime::async_signal signed_out_;
    std::vector<std::shared_ptr<tab>> tabs_;
};

}  // namespace cloche::torture
