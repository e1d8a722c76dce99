#include "cli/demo.hpp"

#include "app/program.hpp"
#include "base/private_file.hpp"
#include "cli/complaint.hpp"
#include "config/load.hpp"
#include "crypto/random.hpp"
#include "observability/log.hpp"
#include "runtime/process_signals.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>

namespace cloche::cli {
namespace {

constexpr const char* demo_name = "Demo Person";
constexpr const char* demo_email = "demo@example.com";

int fail(const std::string& why) {
    observability::stop_log();
    complain(why);
    return could_not_start;
}

/// Port 0 is chosen here and now: gateway and identity API have to know one another
/// before either listens.
std::string with_port(const std::string& listen) {
    if (!listen.ends_with(":0")) return listen;
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool bound = bind(probe, generic, size) == 0 && getsockname(probe, generic, &size) == 0;
    close(probe);
    return bound ? listen.substr(0, listen.size() - 1) + std::to_string(ntohs(address.sin_port))
                 : listen;
}

std::string port_of(const std::string& listen) {
    return listen.substr(listen.rfind(':') + 1);
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
    const demo_options& options, const std::string& public_url, config::problems& found
) {
    config::identity_config settings = config::load_identity(std::nullopt, found);
    settings.server.listen = options.identity_listen;
    settings.operations.listen = options.identity_operations;
    settings.data = options.data;
    settings.identity.issuer = "http://" + options.identity_listen;
    settings.identity.public_url = public_url;
    settings.identity.trusted_proxies = {"127.0.0.0/8", "::1/128"};
    settings.identity.access_lifetime = seconds(options.access_lifetime);
    return settings;
}

config::gateway_config gateway_settings(
    const demo_options& options, const std::string& public_url, config::problems& found
) {
    config::gateway_config settings = config::load_gateway(std::nullopt, found);
    settings.server.listen = options.listen;
    settings.operations.listen = options.operations;
    settings.data = options.data;
    settings.session_keys = options.data + "/session.keys";
    settings.gateway.public_url = public_url;
    settings.upstream.port =
        static_cast<std::uint16_t>(std::stoi(port_of(options.identity_listen)));
    return settings;
}

void introduce(
    const demo_options& options, const std::string& public_url, const std::string& password
) {
    std::printf(
        "\nCloche is running. Ctrl-C ends it.\n\n"
        "  Open              %s\n"
        "  Sign in as        %s\n"
        "  with password     %s\n"
        "  or register: mail is written to %s/outbox\n\n"
        "  Identity API      http://%s\n"
        "  Health, metrics   http://%s and http://%s\n"
        "  Access tokens live for %u s here: watch the gateway refresh them.\n\n",
        public_url.c_str(),
        demo_email,
        password.c_str(),
        options.data.c_str(),
        options.identity_listen.c_str(),
        options.operations.c_str(),
        options.identity_operations.c_str(),
        options.access_lifetime
    );
    std::fflush(stdout);
}

}  // namespace

int run_demo(const demo_options& asked) {
    demo_options options = asked;
    options.listen = with_port(options.listen);
    options.identity_listen = with_port(options.identity_listen);
    const std::string public_url = "http://localhost:" + port_of(options.listen);

    config::problems problems;
    auto identity = identity_settings(options, public_url, problems);
    auto gateway = gateway_settings(options, public_url, problems);
    const runtime::process_signals signals;
    observability::start_log(gateway.log);

    std::string why;
    auto api = app::start_identity(std::move(identity), why);
    if (!api) return fail(why);
    const auto password = demo_password(options.data, why);
    if (!password) return fail(why);
    if (!api->make_demo_account(demo_name, demo_email, *password))
        return fail("the demo account could not be made");
    auto front = app::start_gateway(std::move(gateway), why);
    if (!front) return fail(why);

    introduce(options, public_url, *password);
    signals.wait();
    front->stop();
    api->stop();
    front.reset();
    api.reset();
    observability::stop_log();
    return 0;
}

}  // namespace cloche::cli
