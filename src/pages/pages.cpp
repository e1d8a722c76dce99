#include "pages/pages.hpp"

#include "pages/template.hpp"
#include "pages/templates.hpp"

#include <array>
#include <utility>

namespace cloche::pages {

namespace {

std::string_view words_of(notice why) {
    switch (why) {
        case notice::none:
            return {};
        case notice::signed_out:
            return "You are signed out.";
        case notice::session_ended:
            return "Your session has ended. Please sign in again.";
    }
    return {};
}

/// The complaints of the fields of a form go beside these, all others above it.
struct form_field {
    std::string_view property;  ///< of the API
    const char* error;          ///< of the template
};

template <std::size_t Count>
void set_errors(
    data& page,
    const std::string& error,
    const std::vector<field_error>& field_errors,
    const std::array<form_field, Count>& fields
) {
    list alerts;
    if (!error.empty()) alerts.push_back(error);
    for (const auto& complaint : field_errors) {
        bool placed = false;
        for (const auto& field : fields) {
            if (complaint.property != field.property || page.get(field.error) != nullptr) continue;
            set_if_any(page, field.error, complaint.message);
            placed = true;
        }
        if (!placed && !complaint.message.empty()) alerts.push_back(complaint.message);
    }
    if (!alerts.empty()) page.set("alerts", data("lines", data(alerts)));
}

/// What kind of trouble it is; the details are the caller's.
const char* title_of(unsigned status) noexcept {
    switch (status) {
        case 401:
            return "Please sign in";
        case 403:
            return "Not allowed";
        case 404:
            return "Page not found";
        case 413:
            return "Too large";
        case 421:
            return "Wrong address";
        case 429:
            return "One moment, please";
        case 502:
        case 503:
        case 504:
            return "Temporarily unavailable";
        default:
            return status < 500 ? "That did not work" : "Something went wrong";
    }
}

}  // namespace

std::string_view content_type() noexcept {
    return "text/html; charset=utf-8";
}

std::string_view content_security_policy() noexcept {
    return "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src "
           "'self'; "
           "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for "
           "'script'";
}

std::string sign_in_page(const sign_in_view& view) {
    static constexpr std::array fields{
        form_field{"email", "email_error"}, form_field{"password", "password_error"}};
    auto page = page_data(view.site, "Sign in");
    page.set("email", view.email);
    if (view.email.empty()) page.set("focus_email", true);
    if (view.site.registration) page.set("registration", true);
    set_if_any(page, "next", view.next);
    set_if_any(page, "notice", std::string(words_of(view.why)));
    set_errors(page, view.error, view.field_errors, fields);
    return render(templates::sign_in, page);
}

std::string register_page(const register_view& view) {
    static constexpr std::array fields{
        form_field{"fullName", "full_name_error"},
        form_field{"email", "email_error"},
        form_field{"password", "password_error"}};
    auto page = page_data(view.site, "Create an account");
    page.set("sign_in_page", view.site.sign_in_page);
    page.set("full_name", view.full_name);
    page.set("email", view.email);
    set_if_any(page, "next", view.next);
    set_errors(page, view.error, view.field_errors, fields);
    return render(templates::sign_up, page);
}

std::string verify_page(const verify_view& view) {
    auto page = page_data(view.site, "Confirm your address");
    set_if_any(page, "email", view.email);
    page.set("address", view.email);
    page.set("token", view.token);
    return render(templates::verify, page);
}

std::string verified_page(const verified_view& view) {
    message_view said{view.site, "Address confirmed", "You can sign in now.", {}, {}};
    if (!view.email.empty()) said.text = view.email + " is confirmed. You can sign in now.";
    said.link = view.site.sign_in_page;
    said.link_text = "Sign in";
    return message_page(said);
}

std::string verify_failed_page(const verify_failed_view& view) {
    message_view said{view.site, "This link does not work", view.message, {}, {}};
    if (said.text.empty()) {
        said.text =
            "It may have been used already, or be too old. If your address is confirmed, "
            "just sign in";
        if (view.site.registration)
            said.text += "; otherwise create the account again and we will mail a new link";
        said.text += '.';
    }
    said.link = view.site.sign_in_page;
    said.link_text = "Go to sign in";
    return message_page(said);
}

std::string message_page(const message_view& view) {
    auto page = page_data(view.site, view.title);
    set_if_any(page, "text", view.text);
    if (!view.link.empty()) {
        data link;
        link.set("link", view.link);
        link.set("link_text", view.link_text);
        page.set("way_on", link);
    }
    return render(templates::message, page);
}

std::string error_page(const error_view& view) {
    auto page = page_data(view.site, title_of(view.status));
    page.set("status", std::to_string(view.status));
    set_if_any(page, "text", view.detail);
    set_if_any(page, "request_id", view.request_id);
    data home;
    home.set("link", "/");
    home.set("link_text", "Back to the start");
    page.set("way_on", home);
    return render(templates::message, page);
}

std::string bounce_page(const bounce_view& view) {
    auto page = page_data(view.site, "One moment");
    page.set("path", view.path);
    return render(templates::bounce, page);
}

}  // namespace cloche::pages
