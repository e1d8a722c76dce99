// An application that does everything the public headers offer, for
// test/integration/application.test.mjs.
#include <cloche/application.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using cloche::escape;
using cloche::html;
using cloche::redirect;
using cloche::request;
using cloche::response;

std::string lines(const cloche::fields& all) {
    std::string text;
    for (const auto& [name, value] : all)
        text += name + '=' + value + '\n';
    return text;
}

response show_request(request& rq) {
    return html(lines({
        {"method", std::string(rq.method())},
        {"path", std::string(rq.path())},
        {"rest", std::string(rq.rest())},
        {"query", rq.query("q").value_or("none")},
        {"agent", std::string(rq.header("user-agent"))},
        {"cookie", std::string(rq.header("Cookie"))},
        {"address", std::string(rq.address())},
        {"signed_in", rq.signed_in() ? "yes" : "no"},
        {"next", rq.return_path("/fallback")},
    }));
}

response show_user(request& rq) {
    const auto session = rq.session();
    const auto me = session.get("/auth/me");
    return html(lines({
        {"name", me.text("/data/fullName").value_or("nobody")},
        {"id", me.text("/data/id").value_or("none")},
        {"missing", me.text("/data/nothing").value_or("nothing")},
        {"kept", session.user("/email").value_or("none")},
        {"subject", session.subject()},
        {"lasts", session.expires_in() > std::chrono::minutes(30) ? "long" : "short"},
        {"bearer", session.reveal_access_token().empty() ? "no" : "yes"},
    }));
}

response show_echo(request& rq) {
    const auto session = rq.session();
    const auto answer = rq.query("fields") ? session.send("PUT", "/echo", {{"a", "\"1\""}})
                                           : session.call("POST", "/echo?x=1", R"({"a":1})");
    return cloche::json(answer.body()).status(answer.status());
}

response sign_in(request& rq) {
    const auto answer = rq.sign_in(
        {{"email", rq.form("email").value_or("")}, {"password", rq.form("password").value_or("")}}
    );
    if (!answer.ok())
        return html(escape(answer.message()) + '\n' + lines(answer.field_errors()))
            .status(answer.status());
    return redirect(rq.return_path("/me")).header("X-Signed-In", rq.signed_in() ? "yes" : "no");
}

response sign_out(request& rq) {
    rq.sign_out();
    return redirect(rq.signed_in() ? "/still" : "/gone");
}

response set_cookies(request&) {
    return html("cookies")
        .header("Set-Cookie", "theme=dark; Path=/")
        .header("Set-Cookie", "cloche_session=forged; Path=/")
        .header("Content-Security-Policy", "default-src 'self'");
}

response hold(request&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return html("held");
}

/// What a page sees when the API cannot be asked, or asks for patience.
response show_trouble(request& rq) {
    try {
        const auto answer = rq.session().get("/auth/me");
        return html(lines(
            {{"retry_after", std::string(answer.header("Retry-After"))},
             {"type", std::string(answer.header("content-type"))},
             {"cookie", std::string(answer.header("Set-Cookie"))}}
        ));
    } catch (const cloche::unavailable& trouble) {
        return html(lines({{"status", std::to_string(trouble.status())}, {"code", trouble.code()}})
        ).status(trouble.status());
    }
}

/// Until the file named by `until` is there; asks the API then.
response hang(request& rq) {
    const std::filesystem::path until = rq.query("until").value_or("");
    std::ofstream(until.string() + ".began") << "yes";
    while (!std::filesystem::exists(until))
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return html(rq.session().get("/auth/me").body());
}

response show_form(request& rq) {
    return html(lines(rq.form()));
}

response fail(request&) {
    throw std::runtime_error("a fault of the page's");
}

response misuse(request& rq) {
    return html(rq.session().subject());
}

response call_nowhere(request& rq) {
    try {
        return html(rq.session().get("no/slash").body());
    } catch (const std::invalid_argument& refused) {
        return html(refused.what()).status(400);
    }
}

}  // namespace

int main(int argc, char** argv) {
    cloche::application app;
    app.threads(2);
    app.page("/", show_request)
        .page("/items/{id}", show_request)
        .page("/below/*", show_request)
        .private_page("/me", show_user)
        .private_page("/echo", show_echo)
        .private_page("/nowhere", call_nowhere)
        .page("/cookies", set_cookies)
        .page("/hold", hold)
        .private_page("/hang", hang)
        .private_page("/trouble", show_trouble)
        .page("/fail", fail)
        .page("/misuse", misuse)
        .page("/missing", [](request&) { return cloche::not_found(); })
        .action("/sign-in", sign_in)
        .action("/sign-out", sign_out)
        .action("/form", show_form)
        .private_action("/private", show_form)
        .asset("/style.css", "text/css; charset=utf-8", "body { color: navy }");
    return app.run(argc, argv);
}
