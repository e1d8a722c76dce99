#include "cli/torture.hpp"

#include "app/exit_code.hpp"
#include "cli/fail.hpp"
#include "config/quantities.hpp"
#include "runtime/process_signals.hpp"
#include "torture/own_gateway.hpp"
#include "torture/plan_keys.hpp"
#include "torture/report.hpp"
#include "torture/run.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace cloche::cli {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for the logs and data of one run; kept, for whoever looks for a reason.
std::string make_folder() {
    std::string path = (fs::temp_directory_path() / "cloche-torture-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr)
        throw fs::filesystem_error("mkdtemp", path, std::error_code(errno, std::system_category()));
    return path;
}

/// What is said of our own gateway, where the plan names another.
void refuse_for_another(const torture_options& asked, config::problems& found) {
    const auto refuse = [&](const char* option) {
        found.push_back(
            {"",
             0,
             option,
             "is for this program's own gateway, and the plan names another",
             "leave it out, or take `start` and `urls` out of the plan's `gateway`"}
        );
    };
    if (asked.store) refuse("--store");
    if (asked.mode) refuse("--mode");
    if (asked.replicas) refuse("--replicas");
}

void tell(const torture::figures& now, milliseconds elapsed) {
    constexpr auto tell_every = 10;
    const auto seconds_gone = std::chrono::duration_cast<seconds>(elapsed).count();
    if (seconds_gone % tell_every != 0) return;
    std::printf(
        "%6lld s  %llu refreshes, %llu double spends, %llu signed out undeserved\n",
        static_cast<long long>(seconds_gone),
        static_cast<unsigned long long>(now.refreshes),
        static_cast<unsigned long long>(now.double_spends),
        static_cast<unsigned long long>(now.signed_out_undeserved)
    );
    std::fflush(stdout);
}

}  // namespace

int run_torture(const torture_options& asked) {
    config::problems found;
    torture::plan plan;
    torture::read_plan(asked.plan, plan, found);
    if (asked.length) {
        const auto length = config::parse_duration(*asked.length);
        if (length) {
            plan.length = *length;
        } else {
            found.push_back(
                {"", 0, "--for", '"' + *asked.length + "\" is not a duration", "write it like 2m"}
            );
        }
    }
    const bool is_own = plan.gateway.start.empty() && plan.gateway.urls.empty();
    if (!is_own) refuse_for_another(asked, found);
    if (!found.empty()) {
        app::complain(found);
        return app::wrong_configuration;
    }
    plan.seed = asked.seed.value_or(plan.seed);
    plan.refreshes = asked.refreshes.value_or(plan.refreshes);
    plan.sessions = asked.sessions.value_or(plan.sessions);
    plan.tabs = asked.tabs.value_or(plan.tabs);

    const std::string folder = make_folder();
    if (is_own) {
        torture::own_gateway own;
        own.program = fs::read_symlink("/proc/self/exe").string();
        own.folder = folder;
        own.store = asked.store.value_or(own.store);
        own.mode = asked.mode.value_or(own.mode);
        own.replicas = asked.replicas.value_or(own.replicas);
        plan.gateway.start = torture::start_commands(own);
        // Its sessions are gone with the process, as docs/stores.md says.
        if (own.store == "memory") plan.gateway.kill.every = milliseconds::zero();
    }
    const runtime::process_signals signals;
    const auto tell_until_signal = [&](const torture::figures& now, milliseconds elapsed) {
        tell(now, elapsed);
        return !signals.came();
    };
    std::string why;
    const auto done = torture::run(plan, folder, tell_until_signal, why);
    if (!done) return fail(why);
    std::printf("%s", torture::in_words(plan, done->counts, done->took).c_str());
    std::printf("  logs and data                     %s\n", folder.c_str());
    if (asked.json) {
        std::ofstream file(*asked.json);
        file << torture::as_json(plan, done->counts, done->took);
        if (!file.flush()) return fail(*asked.json + " cannot be written");
    }
    return done->counts.is_clean() ? app::success : app::found_wanting;
}

}  // namespace cloche::cli
