#include <cloche/application.hpp>

using cloche::escape;

// Rendered on the server with what the API says; signed out it leads to the sign-in page and back.
cloche::response home(cloche::request& rq) {
    const auto me = rq.session().get("/auth/me");
    return cloche::html(
        "<!doctype html><title>Hello</title><h1>Hello, " +
        escape(me.text("/data/fullName").value_or("you")) +
        "</h1><form method=post action=/rename><input name=fullName aria-label=Name>"
        "<button>Rename</button></form>"
    );
}

// The POST of a form, from this site alone: asks the API, and leads back or says what was wrong.
cloche::response change_name(cloche::request& rq) {
    const auto answer = rq.session().send("PUT", "/account", rq.form());
    if (answer.ok()) return cloche::redirect("/");
    return cloche::html("<p role=alert>" + escape(answer.message()) + "</p>").status(422);
}

int main(int argc, char** argv) {
    cloche::application app;
    app.private_page("/", home);
    app.private_action("/rename", change_name);
    return app.run(argc, argv);
}
