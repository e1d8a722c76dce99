// The command line: reads the configuration, starts what was asked for, waits for SIGTERM or
// SIGINT, drains.
//
// Exit codes: app/exit_code.hpp.
#include "app/exit_code.hpp"
#include "app/program.hpp"
#include "cli/demo.hpp"
#include "cli/dev_cert.hpp"
#include "cli/keys.hpp"
#include "cli/sessions.hpp"
#include "cli/torture.hpp"
#include "config/load.hpp"
#include "observability/log.hpp"
#include "runtime/process_signals.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace cloche;

constexpr std::string_view program = "cloche";

int report(const config::problems& found) {
    app::complain(found);
    return app::wrong_configuration;
}

/// Starts a program with its configuration, and runs it until a signal comes.
template <class Config, class Start>
int run(const Config& config, const config::problems& found, Start start) {
    if (!found.empty()) return report(found);
    const runtime::process_signals signals;
    observability::start_log(config.log);
    std::string why;
    auto started = start(config, why);
    if (started) {
        signals.wait();
        started->stop();
        started.reset();
        observability::stop_log();
        return app::success;
    }
    observability::stop_log();
    app::complain(program, why);
    return app::could_not_start;
}

int run_gateway(const std::optional<std::string>& file) {
    config::problems found;
    const auto config = config::load_gateway(file, found);
    const auto start = [](const config::gateway_config& with, std::string& why) {
        return app::start_gateway(with, why);
    };
    return run(config, found, start);
}

int run_identity(const std::optional<std::string>& file) {
    config::problems found;
    const auto config = config::load_identity(file, found);
    return run(config, found, app::start_identity);
}

int check(const std::string& file, bool is_identity) {
    config::problems found;
    if (is_identity) {
        config::load_identity(file, found);
    } else {
        config::load_gateway(file, found);
    }
    if (!found.empty()) return report(found);
    std::printf("%s: ok\n", file.c_str());
    return app::success;
}

int run_command(int argc, char** argv) {
    CLI::App command("Keeps a browser app's tokens out of reach of JavaScript.", "cloche");
    command.set_version_flag("--version", CLOCHE_VERSION);
    command.require_subcommand(1);
    std::optional<std::string> config;
    std::string file;
    bool is_identity = false;
    cli::demo_options demo;
    cli::key_options keys;
    cli::sessions_options sessions;
    cli::torture_options torture;

    auto* serve_command = command.add_subcommand("serve", "Run the gateway");
    serve_command->add_option("--config", config, "YAML file; without one the defaults hold");
    auto* identity_command = command.add_subcommand("identity", "Run the identity API");
    identity_command->add_option("--config", config, "YAML file; without one the defaults hold");
    auto* check_command =
        command.add_subcommand("check", "Say what is wrong with a configuration file");
    check_command->add_option("FILE", file, "YAML file")->required();
    check_command->add_flag("--identity", is_identity, "It is the identity API's");
    auto* keys_command =
        command.add_subcommand("keys", "The keys that tokens at rest are sealed with");
    keys_command->require_subcommand(1);
    auto* create_command = keys_command->add_subcommand("create", "Make the file of session.keys");
    create_command->add_option("FILE", file, "A file that is not there yet")->required();
    auto* list_command = keys_command->add_subcommand("list", "Say which keys are in it");
    list_command->add_option("FILE", keys.file, "That of session.keys")->required();
    auto* rotate_command =
        keys_command->add_subcommand("rotate", "Add a fresh key that seals later");
    rotate_command->add_option("FILE", keys.file, "That of session.keys")->required();
    rotate_command
        ->add_option("--seals-in", keys.seals_in, "By then every gateway has to have the file")
        ->capture_default_str();
    rotate_command->add_option(
        "--keep", keys.keep, "Drop old keys but the newest so many, if nothing can need them"
    );
    for (auto* each : {list_command, rotate_command}) {
        each->add_option(
                "--longest-session", keys.longest_session, "session.absolute of the gateways"
        )
            ->capture_default_str();
    }
    std::string certificate_folder = "./data/tls";
    auto* dev_cert_command =
        command.add_subcommand("dev-cert", "Make a certificate for https on this machine");
    dev_cert_command->add_option("FOLDER", certificate_folder, "Where its files go")
        ->capture_default_str();
    auto* sessions_command =
        command.add_subcommand("sessions", "People's sessions in the store, while gateways run");
    sessions_command->require_subcommand(1);
    auto* seen_command =
        sessions_command->add_subcommand("list", "Say where somebody is signed in");
    auto* revoke_command = sessions_command->add_subcommand("revoke", "Sign somebody out");
    for (auto* each : {seen_command, revoke_command}) {
        each->add_option("--config", sessions.config, "YAML file of the gateways")->required();
        each->add_option("--user", sessions.user, "Subject, as the API names it")->required();
        each->add_flag("--json", sessions.json, "For programs");
    }
    revoke_command->add_option(
        "--session", sessions.session, "That one alone, as `list` names it; else all of the user's"
    );
    auto* demo_command =
        command.add_subcommand("demo", "Run gateway and identity API with a demo account");
    demo_command->add_option("--data", demo.data, "Folder for the demo's files")
        ->capture_default_str();
    demo_command->add_option("--listen", demo.listen, "Of the gateway")->capture_default_str();
    demo_command->add_option("--identity-listen", demo.identity_listen, "Of the identity API")
        ->capture_default_str();
    demo_command
        ->add_option("--operations", demo.operations, "Of the gateway's operations listener")
        ->capture_default_str();
    demo_command
        ->add_option("--identity-operations", demo.identity_operations, "Of the identity API's")
        ->capture_default_str();
    demo_command->add_option("--access-token-lifetime", demo.access_lifetime, "Like 60s or 5m")
        ->capture_default_str();
    auto* torture_command = command.add_subcommand(
        "torture", "Try a gateway: tabs, races, faults, kills; ours, or that of a plan"
    );
    torture_command->add_option("PLAN", torture.plan, "YAML file; docs/torture.md");
    torture_command->add_option("--seed", torture.seed, "Of all chance");
    torture_command->add_option("--for", torture.length, "Like 30s or 10m");
    torture_command->add_option("--refreshes", torture.refreshes, "End after so many");
    torture_command->add_option("--sessions", torture.sessions, "How many people");
    torture_command->add_option("--tabs", torture.tabs, "Of each");
    torture_command->add_option("--store", torture.store, "session.store of our own gateway");
    torture_command->add_option("--mode", torture.mode, "session.mode of our own gateway");
    torture_command->add_option("--replicas", torture.replicas, "Of our own gateway")
        ->check(CLI::Range(1, 64));
    torture_command->add_option("--json", torture.json, "File for the figures");

    try {
        command.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        return command.exit(problem) == 0 ? app::success : app::wrong_usage;
    }
    if (*serve_command) return run_gateway(config);
    if (*identity_command) return run_identity(config);
    if (*check_command) return check(file, is_identity);
    if (*dev_cert_command) return cli::make_dev_cert(certificate_folder);
    if (*create_command) return cli::create_keys(file);
    if (*list_command) return cli::list_keys(keys);
    if (*rotate_command) return cli::rotate_keys(keys);
    if (*seen_command) return cli::list_sessions(sessions);
    if (*revoke_command) return cli::revoke_sessions(sessions);
    if (*torture_command) return cli::run_torture(torture);
    return cli::run_demo(demo);
}

}  // namespace

int main(int argc, char** argv) {
    return app::run_to_exit_code(program, [&] { return run_command(argc, argv); });
}
