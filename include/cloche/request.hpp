// One request to a page or an action, and the session it came with.
//
// Both are there while the page runs, and for its thread. The access token is used here, never
// given: a page says what it wants of the API, the library adds the token.
#pragma once

#include <cloche/api_answer.hpp>
#include <cloche/export.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cloche {

namespace detail {
class page_call;
}

/// Somebody is signed in.
class CLOCHE_API user_session {
public:
    /// Whose session it is, as the API names them; may be empty.
    std::string subject() const;
    /// What the API said of the user at sign-in or later, as JSON; `{}` if nothing is known.
    std::string user() const;
    /// The value at a JSON Pointer in it, as text: `/fullName`.
    std::optional<std::string> user(std::string_view pointer) const;
    /// Until the session ends, if it is used or not.
    std::chrono::seconds expires_in() const;

    /// Asks the API with the access token set, refreshed before if need be; a 401 to a token that
    /// should be good is tried once more with a newer one. `path` may have a query. Throws
    /// `unavailable`, also when the session has ended meanwhile (`session_ended`).
    api_answer get(std::string_view path) const;
    /// The same with any method; `json` empty: no body.
    api_answer call(std::string_view method, std::string_view path, std::string_view json) const;
    /// The same with a JSON object of texts.
    api_answer send(std::string_view method, std::string_view path, const fields& members) const;

    /// The secret itself. Whoever has it is this user, for as long as it lives: for a call that
    /// this library cannot make, and never for a page, a log or a cookie.
    std::string reveal_access_token() const;

private:
    friend class request;
    explicit user_session(detail::page_call& from) noexcept : call_(&from) {}
    detail::page_call* call_;
};

class CLOCHE_API request {
public:
    std::string_view method() const;
    std::string_view path() const;
    /// What stands in the place of `{name}` or `*` in the page's path.
    std::string_view rest() const;
    /// A header field's value, by a name without regard to case; empty if there is none. Never
    /// Cookie or Authorization.
    std::string_view header(std::string_view name) const;
    /// The person's address, seen through trusted proxies.
    std::string_view address() const;
    /// As in the log.
    std::string_view id() const;

    /// The first value of that name in the query, or in the form that was posted, decoded.
    std::optional<std::string> query(std::string_view name) const;
    std::optional<std::string> form(std::string_view name) const;
    /// The whole form.
    const fields& form() const;

    /// Where the store is away, so that nobody can say, a request that brought a session's cookie
    /// is answered with 503 and its page does not run.
    bool signed_in() const;
    /// Throws std::logic_error if nobody is signed in. Pages added by private_page always have one.
    user_session session() const;

    /// Sends `credentials` as a JSON object to the API's sign-in. If it accepts, the answer of this
    /// page sets the session's cookie, and session() is the new one; the one before has ended. The
    /// answer holds no token. Throws `unavailable`.
    api_answer sign_in(const fields& credentials);
    /// Registers an account. Throws `unavailable`.
    api_answer register_account(const fields& account);
    /// Ends the session, if there is one, and takes the cookie off. Throws `unavailable` if the
    /// store is away: the cookie goes all the same, and the end follows.
    void sign_out();

    /// Where to go afterwards: the path that the query or the form names as `next`, if it is one of
    /// this site's; `fallback` otherwise.
    std::string return_path(std::string_view fallback) const;

private:
    friend class detail::page_call;
    explicit request(detail::page_call& from) noexcept : call_(&from) {}
    detail::page_call* call_;
};

}  // namespace cloche
