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
        case notice::check_mail:
            return "Almost there: open the link in the mail we sent you, then sign in.";
        case notice::verified:
            return "Your address is confirmed. You can sign in now.";
        case notice::signed_out:
            return "You are signed out.";
        case notice::session_ended:
            return "Your session has ended. Please sign in again.";
        case notice::sign_in_first:
            return "Please sign in to see that page.";
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

struct status_words {
    unsigned status;
    const char* title;
    const char* detail;
};

constexpr std::array words_by_status{
    status_words{400, "That did not work", "The request could not be understood."},
    status_words{401, "Please sign in", "This page is for people who are signed in."},
    status_words{
        403, "Not allowed", "This request was refused. Go back, reload the page and try again."},
    status_words{404, "Page not found", "There is nothing at this address."},
    status_words{405, "That did not work", "This address does not take that kind of request."},
    status_words{413, "Too large", "What was sent is larger than this page accepts."},
    status_words{415, "That did not work", "This address does not take that kind of content."},
    status_words{421, "Wrong address", "This server does not answer for that host name."},
    status_words{
        429,
        "One moment, please",
        "Too many tries in a short time. Wait a little, then try again."},
    status_words{
        502, "Temporarily unavailable", "The service behind this page gave no usable answer."},
    status_words{
        503,
        "Temporarily unavailable",
        "The service is busy or being restarted. You are still signed in; try again soon."},
    status_words{
        504, "Temporarily unavailable", "The service behind this page took too long to answer."},
};

constexpr status_words other_client_error{
    0, "That did not work", "The request could not be carried out."};
constexpr status_words other_server_error{
    0, "Something went wrong", "The fault is on our side. Try again in a moment."};

const status_words& words_for(unsigned status) {
    for (const auto& words : words_by_status) {
        if (words.status == status) return words;
    }
    return status < 500 ? other_client_error : other_server_error;
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
    set_errors(page, view.error, {}, std::array<form_field, 0>{});
    return render(templates::verify, page);
}

std::string verified_page(const verified_view& view) {
    message_view said{view.site, "Address confirmed", "You can sign in now.", {}, {}};
    if (!view.email.empty()) said.text = view.email + " is confirmed. You can sign in now.";
    said.link = view.site.page_prefix + "/login";
    said.link_text = "Sign in";
    return message_page(said);
}

std::string verify_failed_page(const verify_failed_view& view) {
    message_view said{view.site, "This link does not work", view.message, {}, {}};
    if (said.text.empty()) {
        said.text =
            "It may have been used already, or be too old. If your address is confirmed, just sign "
            "in; "
            "otherwise create the account again and we will mail a new link.";
    }
    said.link = view.site.page_prefix + "/login";
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
    const auto& words = words_for(view.status);
    auto page = page_data(view.site, words.title);
    page.set("status", std::to_string(view.status));
    page.set("text", view.detail.empty() ? std::string(words.detail) : view.detail);
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
