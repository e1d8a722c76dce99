#include "cli/keys.hpp"

#include "app/exit_code.hpp"
#include "base/atomic_file.hpp"
#include "base/file_version.hpp"
#include "base/folder_lock.hpp"
#include "base/secret.hpp"
#include "base/utc_text.hpp"
#include "cli/fail.hpp"
#include "config/quantities.hpp"
#include "crypto/key_ring.hpp"
#include "crypto/random.hpp"
#include "session/schedule.hpp"

#include <cstdio>
#include <filesystem>
#include <string_view>
#include <vector>

namespace cloche::cli {
namespace {

using crypto::key_duty;
using crypto::key_ring;
using crypto::key_use;

void print(const std::string& line) {
    std::printf("%s\n", line.c_str());
}

/// Nothing, and a complaint, where it is no duration.
std::optional<milliseconds> duration_of(const char* option, const std::string& text) {
    const auto duration = config::parse_duration(text);
    if (!duration)
        app::complain(
            "cloche", std::string(option) + ": \"" + text + "\": write it like 60s or 30d"
        );
    return duration;
}

/// When nothing that it sealed can be there any more: a session's last sealing is no later than its
/// key's, and what could not be ended or told to the API is kept a while longer.
std::optional<instant> unused_from(const key_use& use, milliseconds longest_session) {
    if (!use.sealed_until) return std::nullopt;
    return *use.sealed_until + longest_session + session::purge_slack;
}

std::string duty_of(const key_use& use, instant now, milliseconds longest_session) {
    if (use.duty == key_duty::waits) return "opens, seals from " + utc_text(*use.seals_from);
    if (use.duty == key_duty::seals) return "seals and opens";
    const auto unused = unused_from(use, longest_session);
    if (!unused) return "opens";
    if (*unused <= now) return "opens, may be dropped";
    return "opens, may be dropped from " + utc_text(*unused);
}

/// Without what is neither waiting nor sealing nor among the first `keep` of the others, unless it
/// may still be needed. `said`: a line for each that was in question.
key_ring without_unused(
    key_ring ring,
    std::size_t keep,
    instant now,
    milliseconds longest_session,
    std::vector<std::string>& said
) {
    std::size_t old = 0;
    for (const key_use& use : ring.uses(now)) {
        if (use.duty != key_duty::opens || ++old <= keep) continue;
        const auto unused = unused_from(use, longest_session);
        if (!unused) {
            said.push_back(use.id + "  stays: nobody knows until when it sealed");
        } else if (*unused > now) {
            said.push_back(use.id + "  stays: what it sealed may live until " + utc_text(*unused));
        } else {
            ring = ring.without(use.id);
            said.push_back(use.id + "  dropped");
        }
    }
    return ring;
}

/// Where a link leads to, so that the file is replaced and not the link.
std::string real_path(const std::string& file) {
    std::error_code failed;
    const auto real = std::filesystem::canonical(file, failed);
    return failed ? file : real.string();
}

}  // namespace

int create_keys(const std::string& file) {
    if (is_there(file))
        return fail(file + " is there already; its keys open what is sealed, so it is kept");
    crypto::system_random random;
    std::string why;
    if (!key_ring::load_or_create(file, random, why)) return fail(why);
    print(file + ": made, readable for its owner alone; give every gateway a copy");
    return app::success;
}

int list_keys(const key_options& options) {
    const auto longest = duration_of("--longest-session", options.longest_session);
    if (!longest) return app::wrong_usage;
    std::string why;
    const auto ring = key_ring::load(options.file, why);
    if (!ring) return fail(why);
    const instant now = system_clock().now();
    for (const key_use& use : ring->uses(now))
        print(use.id + "  " + duty_of(use, now, *longest));
    return app::success;
}

int rotate_keys(const key_options& options) {
    const auto seals_in = duration_of("--seals-in", options.seals_in);
    const auto longest = duration_of("--longest-session", options.longest_session);
    if (!seals_in || !longest) return app::wrong_usage;
    if (!is_there(options.file))
        return fail(options.file + " is not there; `cloche keys create` makes it");
    const std::string file = real_path(options.file);
    const auto lock = folder_lock::of_folder_with(file);
    if (!lock) return fail(file + ": cannot lock its folder: " + lock.error().message());

    std::string why;
    auto ring = key_ring::load(file, why);
    if (!ring) return fail(why);
    crypto::system_random random;
    const instant now = system_clock().now();
    // Whole seconds are what the file has.
    const instant from = std::chrono::ceil<seconds>(now + *seals_in);
    key_ring next = ring->with_fresh_key(random, from);
    std::vector<std::string> said;
    if (options.keep) next = without_unused(std::move(next), *options.keep, now, *longest, said);
    std::string text = next.to_text();
    const auto written = replace_file(file, text);
    wipe(text);
    if (!written) return fail(file + ": " + written.error().message());
    for (const auto& line : said)
        print(line);
    print(next.ids().front() + "  added: opens, seals from " + utc_text(from));
    print("gateways on this file read it within seconds; give the others a copy before that time");
    return app::success;
}

}  // namespace cloche::cli
