#include "cli/demo.hpp"

#include "app/exit_code.hpp"
#include "app/program.hpp"
#include "base/private_file.hpp"
#include "config/addresses.hpp"
#include "config/load.hpp"
#include "config/quantities.hpp"
#include "crypto/random.hpp"
#include "embed/start.hpp"
#include "http/origin.hpp"
#include "observability/log.hpp"
#include "runtime/process_signals.hpp"

#include <cloche/application.hpp>
#include <demo/demo_app.hpp>

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cloche::cli {
namespace {

constexpr const char* demo_name = "Demo Person";
constexpr const char* demo_email = "demo@example.com";

int fail(const std::string& why) {
    observability::stop_log();
    app::complain("cloche", why);
    return app::could_not_start;
}

/// What people type: `localhost` where that leads there.
std::string public_url_of(const std::string& listen) {
    const std::string_view port = config::port_of(listen);
    const std::string host = listen.substr(0, listen.size() - port.size() - 1);
    const bool usual = host == "127.0.0.1" || host == "[::1]";
    return "http://" + (usual ? "localhost" : host) + ':' + std::string(port);
}

/// The demo account's password: made at the first start, kept beside the account (ID-14: there is
/// no default one).
std::optional<std::string> demo_password(const std::string& folder, std::string& why) {
    const auto make = [] {
        static constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";
        crypto::system_random random;
        std::string fresh;
        for (const char byte : random.bytes(16)) {
            if (fresh.size() % 5 == 4) fresh += '-';
            fresh += letters[static_cast<unsigned char>(byte) % letters.size()];
        }
        return fresh;
    };
    return read_or_make_private_file(folder + "/demo-password", make, why);
}

config::identity_config identity_settings(
    const demo_settings& demo, const std::string& public_url, config::problems& found
) {
    config::identity_config settings = config::load_identity(std::nullopt, found);
    settings.server.listen = demo.identity_listen;
    settings.operations.listen = demo.identity_operations;
    settings.data = demo.data;
    settings.identity.issuer = "http://" + demo.identity_listen;
    settings.identity.public_url = public_url;
    settings.identity.trusted_proxies = {"127.0.0.0/8", "::1/128"};
    settings.identity.access_lifetime = demo.access_lifetime;
    return settings;
}

config::gateway_config gateway_settings(
    const demo_settings& demo, const std::string& public_url, config::problems& found
) {
    config::gateway_config settings = config::load_gateway(std::nullopt, found);
    settings.server.listen = demo.listen;
    settings.operations.listen = demo.operations;
    settings.data = demo.data;
    settings.session_keys = demo.data + "/session.keys";
    settings.gateway.public_url = public_url;
    settings.upstream = http::origin::parse("http://" + demo.identity_listen).value();
    return settings;
}

void introduce(
    const demo_settings& demo, const std::string& public_url, const std::string& password
) {
    std::printf(
        "\nCloche is running. Ctrl-C ends it.\n\n"
        "  Open              %s\n"
        "  Sign in as        %s\n"
        "  with password     %s\n"
        "  or register: mail is written to %s/outbox\n\n"
        "  Identity API      http://%s\n"
        "  Health, metrics   http://%s and http://%s\n"
        "  Access tokens live for %s here: watch the gateway refresh them.\n\n",
        public_url.c_str(),
        demo_email,
        password.c_str(),
        demo.data.c_str(),
        demo.identity_listen.c_str(),
        demo.operations.c_str(),
        demo.identity_operations.c_str(),
        config::write_duration(demo.access_lifetime).c_str()
    );
    std::fflush(stdout);
}

}  // namespace

int run_demo(const demo_options& asked) {
    config::problems found;
    const auto demo = read_demo_options(asked, found);
    if (!demo) {
        app::complain(found);
        return app::wrong_usage;
    }
    const std::string public_url = public_url_of(demo->listen);
    auto identity = identity_settings(*demo, public_url, found);
    auto gateway = gateway_settings(*demo, public_url, found);
    if (!found.empty()) {
        app::complain(found);
        return app::wrong_configuration;
    }
    const runtime::process_signals signals;
    observability::start_log(gateway.log);

    std::string why;
    auto api = app::start_identity(std::move(identity), why);
    if (!api) return fail(why);
    const auto password = demo_password(demo->data, why);
    if (!password) return fail(why);
    if (!api->make_demo_account(demo_name, demo_email, *password))
        return fail("the demo account could not be made");
    application pages;
    cloche_demo::options shown;
    shown.outbox_folder = demo->data + "/outbox";
    cloche_demo::add_pages(pages, shown);
    if (!detail::application_access::start(pages, std::move(gateway), why)) return fail(why);

    introduce(*demo, public_url, *password);
    signals.wait();
    pages.stop();
    api->stop();
    api.reset();
    observability::stop_log();
    return app::success;
}

}  // namespace cloche::cli
