// Where people, registrations, refresh families and outgoing mails are kept. Each call is one
// atomic step.
//
// Calls from any I/O thread; the answer comes back there. Every call can fail with an errc of `db`,
// and changes nothing then. The store does what refresh_family and the callers decide; it knows no
// HTTP and no hashing.
#pragma once

#include "identity/mail_outbox.hpp"
#include "identity/refresh_family.hpp"
#include "identity/types.hpp"
#include "runtime/task.hpp"

#include <optional>
#include <string>
#include <utility>

namespace cloche::identity {

using runtime::task;

/// What a mail says about the attempt it was sent for.
struct pending_attempt {
    std::string full_name;
    instant made;

    pending_attempt(std::string name, instant when) : full_name(std::move(name)), made(when) {}
};

/// A link that is asked for again.
struct link_renewal {
    email_address email;
    token_hash token{};
    instant now;
    instant expires;
    std::optional<instant> attempt;  ///< when the attempt was made that the mail speaks of

    link_renewal(email_address address, token_hash hash, instant when, instant until)
        : email(std::move(address)), token(hash), now(when), expires(until) {}
};

/// What a mailed link brings back.
struct presented_link {
    email_address email;
    token_hash token{};
    instant now;
    place from;
    user_id new_user;  ///< the id, if this makes a user

    presented_link(email_address address, token_hash hash, instant when, place where, user_id fresh)
        : email(std::move(address)),
          token(hash),
          now(when),
          from(std::move(where)),
          new_user(std::move(fresh)) {}
};

enum class link_outcome {
    invalid,    ///< used, wrong, superseded or stale
    activated,  ///< the attempt it was mailed for has become a user
    welcomed,   ///< the place it was opened from is familiar to the user now
};

/// What signing in needs to know about an address.
struct credential {
    user who;
    std::string password_hash;
    bool disabled = false;
    bool familiar = false;  ///< signed in from that place before

    credential(user person, std::string hash)
        : who(std::move(person)), password_hash(std::move(hash)) {}
};

/// A sign-in that succeeded.
struct new_family {
    family_id id;
    user_id who;
    token_hash token{};
    instant now;
    place from;
    std::string verified_hash;  ///< the password hash that was compared
    std::string better_hash;    ///< takes its place, if not empty (ID-2)

    new_family(family_id fresh, user_id person, token_hash first, instant when)
        : id(std::move(fresh)), who(std::move(person)), token(first), now(when) {}
};

enum class family_outcome {
    refused,  ///< the user is gone or disabled, or the password was changed since `verified_hash`
              ///< was read
    begun,
};
enum class ending {
    was_over,  ///< or never was
    ended,
};

/// A refresh token that was presented, and what becomes current if it is good.
struct rotation_request {
    token_hash presented{};
    token_hash successor{};
    std::string sealed_successor;
    instant now;

    rotation_request(token_hash given, token_hash next, std::string sealed, instant when)
        : presented(given), successor(next), sealed_successor(std::move(sealed)), now(when) {}
};

/// What became of it. The family's data are there unless the token is unknown.
struct rotation {
    refresh_step step = refresh_step::unknown;
    family_id family;
    user_id who;
    std::string role;
    instant absolute_end;
    instant idle_end;
    std::string sealed_successor;  ///< with repeat_successor

    rotation() = default;
};

class identity_store {
public:
    virtual ~identity_store() = default;

    // Registering

    /// An address without a user: the attempt takes the place of an earlier one, and `if_new` goes
    /// into the outbox. Otherwise only `if_known` does. Which of the two is not told (EN-3).
    virtual task<result<void>> put_registration(
        registration attempt, outgoing_mail if_new, outgoing_mail if_known
    ) = 0;

    /// The attempt that waits for its link to be opened.
    virtual task<result<std::optional<pending_attempt>>> find_pending(
        email_address email, instant now
    ) = 0;

    /// A pending attempt gets the token in place of its old one, and `if_pending` goes out; a user
    /// gets a link for a new place, and `if_user` goes out; otherwise nothing does. Which is not
    /// told.
    virtual task<result<void>> renew_link(
        link_renewal what, outgoing_mail if_pending, outgoing_mail if_user
    ) = 0;

    /// Uses a link up.
    virtual task<result<link_outcome>> use_link(presented_link link) = 0;

    /// Makes a user without a mail, or gives the one of that address this name, role and password:
    /// for `cloche demo`.
    virtual task<result<void>> put_user(user who, std::string password_hash) = 0;

    // Signing in

    virtual task<result<std::optional<credential>>> find_credential(
        email_address email, place from
    ) = 0;

    /// Starts a family, and remembers the place as familiar.
    virtual task<result<family_outcome>> begin_family(new_family family, refresh_policy policy) = 0;

    /// decide_refresh and what follows from it, as one transition (RA-2).
    virtual task<result<rotation>> rotate(rotation_request request, refresh_policy policy) = 0;

    /// Ends the family that the token belongs or belonged to.
    virtual task<result<ending>> end_family_of(token_hash token, instant now) = 0;
    virtual task<result<ending>> end_family(family_id family, instant now) = 0;

    /// The user, if the family is his and neither of them has ended.
    virtual task<result<std::optional<user>>> find_signed_in(
        user_id who, family_id family, instant now
    ) = 0;

    // Upkeep

    /// Removes what has expired, and successors whose grace is over. Blocks; for the upkeep thread.
    virtual result<void> prune(instant now, refresh_policy policy) = 0;
};

}  // namespace cloche::identity
