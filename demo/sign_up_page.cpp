// /register: a form whose action asks the API for an account, and then shows where its mail is.
#include "assets.hpp"
#include "form.hpp"
#include "frame.hpp"
#include "outbox.hpp"
#include "pages.hpp"

namespace cloche_demo {
namespace {

cloche::response show_form(const cloche::request& rq, const refusal& why) {
    const auto typed = [&rq](std::string_view name) { return rq.form(name).value_or(""); };
    const field name{"fullName", "Full name", "text", "name", typed("fullName")};
    const field email{"email", "E-mail", "email", "username", typed("email")};
    const field password{
        "password",
        "Password",
        "password",
        "new-password",
        {},
        "A few words that have nothing to do with each other make a good one."};
    const auto body = fill(
        templates::sign_up,
        {{"alert", alert(why, {"fullName", "email", "password"})},
         {"full_name", show(name, why)},
         {"email", show(email, why)},
         {"password", show(password, why)}}
    );
    return show(rq, {.title = "Create an account", .path = "/register", .body = body});
}

}  // namespace

cloche::response show_sign_up(cloche::request& rq) {
    if (rq.signed_in()) return cloche::redirect("/");
    return show_form(rq, {});
}

cloche::response sign_up(cloche::request& rq, const std::string& outbox_folder) {
    const auto before = count_mails(outbox_folder);
    const auto why = refusal_of([&rq] {
        return rq.register_account(
            {{"fullName", rq.form("fullName").value_or("")},
             {"email", rq.form("email").value_or("")},
             {"password", rq.form("password").value_or("")}}
        );
    });
    if (why) return with_refusal(show_form(rq, why), why);
    // The mail is written a moment later, and the inbox waits for it.
    return cloche::redirect("/inbox?more-than=" + std::to_string(before));
}

}  // namespace cloche_demo
