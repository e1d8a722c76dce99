// What the built-in pages show: one plain struct a page, filled by whoever answers the request.
// Nothing in here is trusted: every text is escaped where it is rendered. No field holds a
// password, so none can be shown again.
#pragma once

#include <boost/json/object.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::pages {

/// Where things are mounted, and which there are; the same for every page of a gateway.
struct site_view {
    std::string page_prefix = "/auth";  ///< of the pages, their forms and their assets
    std::string sign_in_page = "/auth/login";
    std::string api_prefix = "/api/auth";     ///< asked by the account page's script
    std::string proxy_prefix = "/api/proxy";  ///< called by the account page's button
    std::string name = "Cloche";              ///< in titles and beside the logo
    std::string user_path = "/auth/me";       ///< of the API, for that button; empty: there is none
    bool registration = true;                 ///< whether accounts can be made here
};

/// One complaint about one property, as the API words it: `email`, `password`, `fullName`, …
struct field_error {
    std::string property;
    std::string message;
};

/// A sentence above a form that says how a person came to see it. A closed list, so that a link can
/// choose one of these (`?notice=signed-out`) and never words of its own.
enum class notice { none, signed_out, session_ended };

/// `signed-out`, `session-ended`; `none` for anything else.
notice notice_from_name(std::string_view name) noexcept;

struct sign_in_view {
    site_view site;
    std::string email;  ///< kept from the last try
    std::string next;   ///< a checked path; empty: the form sends none
    notice why = notice::none;
    std::string error;  ///< about the form as a whole
    std::vector<field_error> field_errors;
};

struct register_view {
    site_view site;
    std::string full_name;
    std::string email;
    std::string next;
    std::string error;
    std::vector<field_error> field_errors;
};

/// The page that a mailed link opens. It consumes nothing: its button does, by POST (ID-10).
struct verify_view {
    site_view site;
    std::string email;
    std::string token;
};

/// The link was good.
struct verified_view {
    site_view site;
    std::string email;
};

/// The link was used, wrong or stale.
struct verify_failed_view {
    site_view site;
    std::string message;
};

/// A page with something to say, and at most one way on.
struct message_view {
    site_view site;
    std::string title;
    std::string text;
    std::string link;  ///< a path of ours; empty: no link
    std::string link_text;
};

struct account_view {
    site_view site;
    std::string name;
    std::string email;
    std::vector<std::pair<std::string, std::string>> details;  ///< label and value
    std::chrono::seconds expires_in{0};                        ///< the session, whatever happens
    std::chrono::seconds idle_in{0};                           ///< the session, if it is not used
};

struct error_view {
    site_view site;
    unsigned status = 500;
    std::string detail;  ///< for a person
    std::string request_id;
};

/// The page that sends a browser to the same path once more, this time from our own site (SE-11).
struct bounce_view {
    site_view site;
    std::string path;  ///< path and query as they were asked for; begins with one `/`
};

/// Name, e-mail and details of a view out of the user object of an API, whatever its shape: the
/// common names of the first two are known, every other member that is text, number or truth
/// becomes a detail.
void describe_user(account_view& view, const boost::json::object& user);

}  // namespace cloche::pages
