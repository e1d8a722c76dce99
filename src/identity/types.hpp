// The words of the identity API: ids, users, registrations. Plain values, no I/O.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "crypto/digest.hpp"
#include "identity/email_address.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace cloche::identity {

/// Opaque text with a meaning of its own.
template <class Tag>
class identifier {
public:
    identifier() = default;
    explicit identifier(std::string text) : text_(std::move(text)) {}
    const std::string& text() const noexcept { return text_; }
    friend bool operator==(const identifier&, const identifier&) = default;

private:
    std::string text_;
};

using user_id = identifier<struct user_id_tag>;
/// A chain of refresh tokens that began with one sign-in; the `sid` of its access tokens.
using family_id = identifier<struct family_id_tag>;
/// Where a request came from, as far as limits tell places apart: an IPv4 address, or an IPv6 /64
/// (EN-5).
using place = identifier<struct place_tag>;

/// SHA-256 of a token of 256 random bits: all that the database knows of it (RA-1, ID-9).
using token_hash = crypto::sha256_digest;

inline token_hash hash_token(std::string_view token) {
    return crypto::sha256(token);
}

/// What a mailed link carries.
using verification_token = secret<struct verification_token_tag>;

/// Somebody whose address was verified. There are no unverified users: before that there is only a
/// registration.
struct user {
    user_id id;
    email_address email;
    std::string full_name;
    std::string role;
    instant created;

    user(user_id who, email_address address, std::string name, std::string what, instant since)
        : id(std::move(who)),
          email(std::move(address)),
          full_name(std::move(name)),
          role(std::move(what)),
          created(since) {}
};

/// One attempt at registering an address. It counts only if the link mailed for it is opened; a
/// later attempt for the address takes its place (so nobody can take an address over by registering
/// it first).
struct registration {
    email_address email;
    std::string full_name;
    std::string password_hash;
    token_hash token{};
    instant made;
    instant expires;

    registration(email_address address, std::string name, std::string hash)
        : email(std::move(address)), full_name(std::move(name)), password_hash(std::move(hash)) {}
};

}  // namespace cloche::identity
