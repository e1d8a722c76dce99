#include "session/redis_server_check.hpp"

#include "db/redis_console.hpp"
#include "db/redis_info.hpp"
#include "observability/log.hpp"
#include "session/eviction_watch.hpp"
#include "session/redis_session_rows.hpp"

namespace cloche::session {
namespace {

using observability::level;
using observability::log_line;

/// The first that has HSET with several fields and ACLs, and is not yet past all care.
constexpr unsigned oldest_major = 6;

bool suits(const db::redis_info& info, std::string& why) {
    if (info.major < oldest_major) {
        why = "is version " + (info.version.empty() ? "unknown" : info.version) +
              ": Redis 6 or newer, or Valkey, is needed";
        return false;
    }
    if (info.is_replica) {
        why = "is a replica of another server, which takes no changes: name the primary";
        return false;
    }
    if (throws_keys_away(info)) {
        why = "throws keys away when its memory is full (maxmemory-policy " + info.eviction +
              "), which would sign people out: set maxmemory-policy noeviction";
        return false;
    }
    return true;
}

/// Not certain where CONFIG is forbidden: then nothing is said.
bool keeps_nothing(db::redis_console& server, const db::redis_info& info) {
    if (info.has_append_log) return false;
    const auto save = server.ask({"CONFIG", "GET", "save"});
    return save.items.size() == 2 && save.items[1].text.empty();
}

bool load(db::redis_console& server, redis_script& script, std::string& why) {
    auto digest = server.ask({"SCRIPT", "LOAD", script.text});
    if (digest.is_failure()) {
        why = "does not take scripts (" + digest.text + "): allow EVAL, EVALSHA and SCRIPT LOAD";
        return false;
    }
    script.digest = std::move(digest.text);
    return true;
}

bool read_clock(db::redis_console& server, checked_server& into, std::string& why) {
    const system_clock ours;
    into.asked = ours.now();
    const auto said = server.ask({"TIME"});
    into.answered = ours.now();
    const auto theirs = instant_in(said);
    if (theirs) {
        into.theirs = *theirs;
        return true;
    }
    why = "does not say what time it is (" + said.text + "): allow TIME";
    return false;
}

std::optional<checked_server> ask(
    db::redis_console& server, const db::redis_target& where, std::string& why
) {
    const auto said = server.ask({"INFO"});
    if (said.is_failure()) {
        why = "does not say how it is set up (" + said.text + "): allow INFO";
        return std::nullopt;
    }
    const auto info = db::parse_redis_info(said.text);
    if (!suits(info, why)) return std::nullopt;
    checked_server checked;
    checked.info = info;
    if (!read_clock(server, checked, why)) return std::nullopt;
    auto& scripts = checked.scripts;
    for (auto* script : {&scripts.put, &scripts.use, &scripts.purge})
        if (!load(server, *script, why)) return std::nullopt;
    const auto there = server.ask({"ZCARD", where.prefix + "expires"});
    const auto suspended = server.ask({"ZCARD", where.prefix + "suspended"});
    for (const auto* answer : {&there, &suspended}) {
        if (!answer->is_failure()) continue;
        why = "cannot be read (" + answer->text + "): wait until it can, or correct its set-up";
        return std::nullopt;
    }
    checked.live = static_cast<std::size_t>(there.number - suspended.number);
    if (keeps_nothing(server, info))
        log_line(level::warn, "session_store_keeps_nothing")
            .with("server", where.address())
            .with("remedy", "sessions end when Redis restarts: set appendonly yes");
    return checked;
}

}  // namespace

std::optional<checked_server> check_redis_server(
    std::shared_ptr<const db::redis_target> where, std::string& why
) {
    const auto server = db::redis_console::open(where, why);
    if (!server) {
        why = "Redis " + why + ": start it there, or correct the URL";
        return std::nullopt;
    }
    auto checked = ask(**server, *where, why);
    if (!checked) why = "Redis at " + where->address() + " " + why;
    return checked;
}

}  // namespace cloche::session
