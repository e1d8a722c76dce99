// The API that a gateway under test stands in front of, played: it signs anybody in, rotates
// strictly, and misbehaves as planned.
//
//     POST   /auth/login           {"email","password"}: any password
//     GET|POST /auth/refresh-token the refresh token as a cookie, or as a member of a JSON or form
//                                  body (refreshToken, refresh_token)
//     GET    /auth/me              bearer
//     DELETE|POST /auth/logout     cookie or bearer
//
// Answers are those of the identity API, with the members of RFC 6749 section 5.1 besides.
#pragma once

#include "http/client.hpp"
#include "http/client_stream.hpp"
#include "torture/disturbances.hpp"
#include "torture/plan.hpp"
#include "torture/tally.hpp"
#include "torture/token_ledger.hpp"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>

namespace cloche::torture {

class played_api {
public:
    played_api(const plan& what, const disturbances& done, tally& counts);

    /// A request of that replica.
    runtime::task<void> handle(http::client_stream& stream, std::size_t replica);

    /// The answer to what cannot be read.
    static http::reply no_request();

    /// Whether a browser got this API's own word that the access token is not valid.
    static bool refused_token(const http::response& answer);

    /// No more faults from now on. Any thread.
    void behave() noexcept { behaves_ = true; }

    /// What became of that user's newest sign-in.
    fate fate_of(const std::string& user) const;

private:
    runtime::task<void> sign_in(http::client_stream& stream);
    runtime::task<void> refresh(http::client_stream& stream, std::size_t replica);
    runtime::task<void> who_am_i(http::client_stream& stream);
    runtime::task<void> sign_out(http::client_stream& stream);

    void note_double_spend(
        const refresh_ticket& ticket, const token_ledger::spent& spent, std::size_t replica
    );
    http::reply tokens_answer(const refresh_ticket& ticket, std::string_view message) const;

    const plan& plan_;
    const disturbances& disturbances_;
    tally& tally_;
    mutable std::mutex mutex_;
    token_ledger ledger_;
    std::atomic<bool> behaves_{false};
};

}  // namespace cloche::torture
