// A page and an action of one's own: shows the user's name, and takes a note to the API.
#include <cloche/application.hpp>

using cloche::escape;
using cloche::html;
using cloche::redirect;

namespace {

std::string form(const std::string& note, const std::string& complaint) {
    return "<!doctype html><title>Hello</title><form method=post action=/note>"
           "<label>Note <input name=text value=\"" +
           escape(note) +
           "\"></label>"
           "<button>Save</button><p role=alert>" +
           escape(complaint) + "</p></form>";
}

cloche::response home(cloche::request& rq) {
    const auto me = rq.session().get("/auth/me");
    return html(
        "<h1>Hello, " + escape(me.text("/data/fullName").value_or("you")) + "</h1>" + form("", "")
    );
}

cloche::response note(cloche::request& rq) {
    const std::string text = rq.form("text").value_or("");
    if (text.empty()) return html(form(text, "Write something.")).status(422);
    return redirect("/?noted=1");
}

}  // namespace

int main(int argc, char** argv) {
    cloche::application app;
    app.private_page("/", home);
    app.private_action("/note", note);
    return app.run(argc, argv);
}
