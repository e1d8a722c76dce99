// What clients send, read member by member (ID-15): each member must be known, be text and be
// right. Pure.
//
// A form that is not right comes back as a list of what to say at which field, all at once; the
// answer's shape is
// `{"message":[{"property":"email","message":"…"}]}` with status 422.
#pragma once

#include "base/secret.hpp"
#include "identity/email_address.hpp"
#include "identity/password_policy.hpp"
#include "identity/types.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <variant>
#include <vector>

namespace cloche::identity {

/// What is wrong with one member.
struct violation {
    std::string property;  ///< the member's name
    std::string message;   ///< for the person
    friend bool operator==(const violation&, const violation&) = default;
};
using violations = std::vector<violation>;

template <class Form>
using read_form = std::variant<Form, violations>;

struct registration_form {
    std::string full_name;  ///< without white space around it
    email_address email;
    password secret;

    registration_form(std::string name, email_address address, password chosen)
        : full_name(std::move(name)), email(std::move(address)), secret(std::move(chosen)) {}
};

struct login_form {
    email_address email;
    password secret;

    login_form(email_address address, password given)
        : email(std::move(address)), secret(std::move(given)) {}
};

struct verification_form {
    email_address email;
    verification_token token;

    verification_form(email_address address, verification_token carried)
        : email(std::move(address)), token(std::move(carried)) {}
};

struct resend_form {
    email_address email;
    explicit resend_form(email_address address) : email(std::move(address)) {}
};

/// `{fullName, email, password}`; the password has to pass `policy`.
read_form<registration_form> read_registration(
    const boost::json::object& body, const password_policy& policy
);
/// `{email, password}`. The password is only looked at when it is compared: the policy may have
/// been another.
read_form<login_form> read_login(const boost::json::object& body);
/// `{token, email}`.
read_form<verification_form> read_verification(const boost::json::object& body);
/// `{email}`.
read_form<resend_form> read_resend(const boost::json::object& body);

}  // namespace cloche::identity
