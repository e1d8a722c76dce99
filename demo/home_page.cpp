// GET /: what a server component is in the example. The user's data come from the API while the
// page is made, and the page works with scripting off. The access token is used on the way and
// stays here.
#include "assets.hpp"
#include "frame.hpp"
#include "pages.hpp"
#include "time_words.hpp"

#include <string>

namespace cloche_demo {
namespace {

markup row(std::string_view name, std::string_view shown) {
    return fill(
        "<div><dt>{{name}}</dt><dd>{{shown}}</dd></div>\n", {{"name", name}, {"shown", shown}}
    );
}

/// Only what the API said. It may know less of somebody than ours does.
markup details(const cloche::api_answer& me) {
    markup out;
    if (const auto email = me.text("/data/email")) out.html += row("E-mail", *email).html;
    if (const auto role = me.text("/data/role")) out.html += row("Role", *role).html;
    if (const auto since = me.text("/data/createdAt"))
        out.html += row("Member since", day_of(*since)).html;
    return out;
}

}  // namespace

cloche::response show_home(cloche::request& rq) {
    const auto session = rq.session();
    const auto me = session.get("/auth/me");
    const auto name = me.text("/data/fullName").value_or("there");
    auto rows = details(me);
    rows.html += row("Session ends", "in " + words_for(session.expires_in())).html;
    // What the API answered instead is not for this page: its status says enough.
    const auto trouble =
        me.ok() ? markup{}
                : fill(
                      "<p class=\"alert\" role=\"alert\">The API answered {{status}}.</p>",
                      {{"status", std::to_string(me.status())}}
                  );
    const auto body = fill(
        templates::home,
        {{"name", name}, {"initial", first_letter(name)}, {"trouble", trouble}, {"details", rows}}
    );
    return show(rq, {.title = "Home", .path = "/", .body = body});
}

}  // namespace cloche_demo
