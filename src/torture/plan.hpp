// What a torture run does: who is played, what goes wrong how often, and how the gateway under test
// is reached, started and stopped. Plain data; read by plan_keys.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace cloche::torture {

/// Shares of the refreshes that reach the API, 0 to 1; one fault at most befalls a refresh.
struct api_faults {
    // Instead of a rotation: the refresh token is as good as before.
    double reset = 0.005;  ///< the connection is reset once the request has come
    double status_500 = 0.005;
    double status_429 = 0.005;
    double status_403 = 0.0025;
    double garbage = 0.0025;  ///< 200 with something that is no answer
    // The token is spent, and the answer suffers: without a grace nothing can save the session.
    double lost = 0.005;      ///< the connection is reset in place of the answer
    double cut = 0.005;       ///< half an answer
    double garbled = 0.0025;  ///< a whole answer that cannot be read
    double slow = 0.01;       ///< a good answer, up to `slow_most` late
    milliseconds slow_most{3'500};
    /// The family is revoked by the API itself: the session has to end.
    double revoked = 0.001;

    bool operator==(const api_faults&) const = default;
};

struct api_plan {
    std::string listen = "127.0.0.1:0";
    seconds access_token{2};
    /// How long a spent refresh token gets its successor again. 0: any reuse revokes the family.
    milliseconds grace{10'000};
    api_faults faults;

    bool operator==(const api_plan&) const = default;
};

/// Shares of the browser's requests.
struct browser_plan {
    double gone = 0.01;  ///< the browser goes away in mid-request
    double lost = 0.01;  ///< the answer never reaches it, its cookies neither
    double late = 0.01;  ///< the cookies of the answer come late, after those of later answers
    double sign_out = 0.002;
    std::size_t burst = 3;  ///< requests of one tab at once, at most

    bool operator==(const browser_plan&) const = default;
};

/// A request to the gateway. `{user}` and `{password}` are put in where they stand.
struct recipe_request {
    std::string method;
    std::string path;
    std::string body;

    recipe_request() = default;
    recipe_request(std::string method_name, std::string where, std::string with = "")
        : method(std::move(method_name)), path(std::move(where)), body(std::move(with)) {}

    bool operator==(const recipe_request&) const = default;
};

/// How a browser uses the gateway under test. The defaults are Cloche's own.
struct recipe {
    recipe_request sign_in{
        "POST", "/api/auth/login", R"({"email":"{user}","password":"{password}"})"};
    /// Reaches `GET /auth/me` of the played API with the access token.
    recipe_request call{"GET", "/api/proxy/auth/me"};
    /// What a page's own timer asks for. Path empty: there is no such thing.
    recipe_request refresh{"POST", "/api/auth/refresh"};
    recipe_request sign_out{"DELETE", "/api/auth/logout"};
    std::vector<std::string> headers{"Content-Type: application/json", "X-CSRF: 1"};
    /// Statuses that tell a browser that it is signed out.
    std::vector<unsigned> signed_out{401};

    bool operator==(const recipe&) const = default;
};

/// Something done to the gateway or its store now and then.
struct disturbance_plan {
    milliseconds every{0};  ///< 0: never
    milliseconds lasts{0};

    bool is_wanted() const noexcept { return every > milliseconds::zero(); }

    bool operator==(const disturbance_plan&) const = default;
};

struct gateway_plan {
    /// A command for each replica; `{port}` and `{api}` (URL) are put in. Empty: it runs already.
    std::vector<std::string> start;
    /// Where replicas are that run already: `http://127.0.0.1:3000`.
    std::vector<std::string> urls;
    /// How far their wall clocks are off, replica by replica and again from the first. Empty: not.
    std::vector<milliseconds> clocks;
    disturbance_plan kill{milliseconds(20'000), milliseconds(500)};     ///< SIGKILL, of `start`
    disturbance_plan pause{milliseconds(45'000), milliseconds(5'000)};  ///< SIGSTOP, of `start`

    bool operator==(const gateway_plan&) const = default;
};

struct store_plan {
    std::string start;
    std::string stop;
    disturbance_plan outage{milliseconds(0), milliseconds(5'000)};

    bool operator==(const store_plan&) const = default;
};

struct plan {
    std::uint64_t seed = 1;
    milliseconds length{60'000};
    std::uint64_t refreshes = 0;  ///< ends it when so many were answered; 0: time alone does
    std::size_t sessions = 50;
    std::size_t tabs = 3;
    api_plan api;
    browser_plan browser;
    gateway_plan gateway;
    store_plan store;
    struct recipe recipe;

    bool operator==(const plan&) const = default;
};

}  // namespace cloche::torture
