#include "demo_app.hpp"

#include "assets.hpp"
#include "pages.hpp"

namespace cloche_demo {
namespace {

void add_assets(cloche::application& app) {
    static const std::string css = "text/css; charset=utf-8";
    static const std::string script = "text/javascript; charset=utf-8";
    app.asset("/demo/demo.css", css, std::string(assets::demo_css));
    app.asset("/demo/icon.svg", "image/svg+xml", std::string(assets::icon_svg));
    app.asset("/demo/session.js", script, std::string(assets::session_js));
    app.asset("/demo/frame.js", script, std::string(assets::frame_js));
    app.asset("/demo/client.js", script, std::string(assets::client_js));
    app.asset("/demo/sign_in.js", script, std::string(assets::sign_in_js));
    app.asset("/demo/flow.js", script, std::string(assets::flow_js));
}

}  // namespace

void add_pages(cloche::application& app, const options& how) {
    const std::string outbox = how.outbox_folder;
    app.sign_in_page("/sign-in");
    app.private_page("/", show_home);
    app.page("/client", show_client);
    app.page("/flow", show_flow);
    app.page("/sign-in", show_sign_in);
    app.action("/sign-in", sign_in);
    app.action("/sign-out", sign_out);
    app.page("/register", show_sign_up);
    app.action("/register", [outbox](cloche::request& rq) { return sign_up(rq, outbox); });
    app.page("/inbox", [outbox](cloche::request& rq) { return show_inbox(rq, outbox); });
    add_assets(app);
}

}  // namespace cloche_demo
