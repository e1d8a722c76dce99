// /sign-in, both ways side by side. On the left a client component: assets/sign_in.js sends what
// was typed with the browser client. On the right what is a Server Action in the example: a plain
// form, whose action runs here, sets the session's cookie itself, and needs no script.
#include "assets.hpp"
#include "form.hpp"
#include "frame.hpp"
#include "pages.hpp"

namespace cloche_demo {
namespace {

/// Words for a closed list of names, so that a link can choose one but never bring words of its
/// own.
markup notice(const cloche::request& rq) {
    const auto name = rq.query("notice").value_or("");
    std::string_view words;
    if (name == "signed-out") words = "You are signed out.";
    if (name == "signed-out-here")
        words =
            "You are signed out in this browser. The session itself ends as soon as its store "
            "can be written again.";
    if (words.empty()) return {};
    return fill("<p class=\"notice\" role=\"status\">{{words}}</p>", {{"words", words}});
}

cloche::response show_forms(const cloche::request& rq, const refusal& why) {
    const field email{
        "email", "E-mail", "email", "username", rq.form("email").value_or(std::string())};
    const field password{"password", "Password", "password", "current-password"};
    const auto body = fill(
        templates::sign_in,
        {{"notice", notice(rq)},
         {"alert", alert(why, {"email", "password"})},
         {"next", rq.return_path("/")},
         {"email", show(email, why)},
         {"password", show(password, why)}}
    );
    return show(
        rq, {.title = "Sign in", .path = "/sign-in", .body = body, .script = "/demo/sign_in.js"}
    );
}

}  // namespace

cloche::response show_sign_in(cloche::request& rq) {
    if (rq.signed_in()) return cloche::redirect(rq.return_path("/"));
    return show_forms(rq, {});
}

cloche::response sign_in(cloche::request& rq) {
    const auto why = refusal_of([&rq] {
        return rq.sign_in(
            {{"email", rq.form("email").value_or("")},
             {"password", rq.form("password").value_or("")}}
        );
    });
    if (why) return with_refusal(show_forms(rq, why), why);
    return cloche::redirect(rq.return_path("/"));
}

cloche::response sign_out(cloche::request& rq) {
    try {
        rq.sign_out();
    } catch (const cloche::unavailable&) {
        // The cookie is gone all the same, so this browser is signed out.
        return cloche::redirect("/sign-in?notice=signed-out-here");
    }
    return cloche::redirect("/sign-in?notice=signed-out");
}

}  // namespace cloche_demo
