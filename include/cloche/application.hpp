// A web application of your own on top of the gateway: pages and actions in plain C++.
//
//     #include <cloche/application.hpp>
//
//     int main(int argc, char** argv) {
//         cloche::application app;
//         app.private_page("/", [](cloche::request& rq) {
//             const auto me = rq.session().get("/auth/me");
//             return cloche::html("<h1>Hello, " + cloche::escape(*me.text("/data/fullName")) +
//             "</h1>");
//         });
//         return app.run(argc, argv);
//     }
//
// Everything else that the gateway does is there too: sign-in and its pages, the session, the
// proxy. Pages run on threads of their own, so they may take their time and block.
#pragma once

#include <cloche/export.hpp>
#include <cloche/html.hpp>
#include <cloche/request.hpp>
#include <cloche/response.hpp>

#include <functional>
#include <memory>
#include <string>

namespace cloche {

namespace detail {
struct application_access;
}

class CLOCHE_API application {
public:
    /// May be called by several threads at once. What it throws is a 500 and a line in the log, and
    /// `unavailable` the answer that it stands for.
    using handler = std::function<response(request&)>;

    application();
    ~application();
    application(application&&) noexcept;
    application& operator=(application&&) noexcept;

    /// GET and HEAD of `path`: a whole path, or one that ends in `{name}` (one segment) or `*`
    /// (whatever follows). Throws std::invalid_argument for a path that is none or is taken.
    application& page(std::string path, handler show);
    /// The same for the signed-in: others are sent to the sign-in page and come back.
    application& private_page(std::string path, handler show);
    /// POST of a form to `path` (application/x-www-form-urlencoded, 64 KiB at most), from this site
    /// alone (CSRF).
    application& action(std::string path, handler act);
    application& private_action(std::string path, handler act);
    /// A file that every page may load, signed in or not: a style sheet, a script, a picture.
    application& asset(std::string path, std::string content_type, std::string content);

    /// The page that the signed-out are sent to in place of the built-in one, with `?next=` for
    /// request::return_path. The same as the configuration's `sign_in_page`, which it goes before.
    application& sign_in_page(std::string path);

    /// How many pages may run at once; four times as many wait, and further requests get 503.
    /// Default: 16.
    application& threads(std::size_t count);

    /// Reads the command line (`--config FILE`, as `cloche serve` has it), runs until SIGTERM or
    /// SIGINT, drains. What main() returns: 0, or another number after a line that says why.
    int run(int argc, char** argv);

    /// For a program with a main loop of its own: starts with that configuration file (empty: the
    /// defaults). False: `why` says what is wrong, one fault a line.
    bool start(const std::string& config_file, std::string& why);
    /// ADDRESS:PORT, once started.
    std::string address() const;
    /// Drains and ends. The destructor does too.
    void stop();

private:
    friend struct detail::application_access;
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace cloche
