#include "cli/sessions.hpp"

#include "app/exit_code.hpp"
#include "app/store_visit.hpp"
#include "base/utc_text.hpp"
#include "cli/fail.hpp"
#include "config/load.hpp"
#include "gateway/session_body.hpp"
#include "observability/audit.hpp"

#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

namespace cloche::cli {
namespace {

using session::record;
using session::record_ptr;

int store_failed(const error& why) {
    return fail("the session store: " + why.message());
}

constexpr std::array<const char*, 7> columns{
    "SESSION", "SUBJECT", "SINCE", "LAST USED", "ADDRESS", "AGENT", "STATE"};
using table_row = std::array<std::string, columns.size()>;

std::string state_of(const record& session) {
    return session.state == session::session_state::suspended ? "suspended" : "live";
}

table_row row_of(const record& session) {
    return {
        gateway::list_name(session.id),
        session.subject,
        utc_text(session.made),
        utc_text(session.last_used),
        session.address,
        session.agent,
        state_of(session)};
}

boost::json::object object_of(const record& session) {
    boost::json::object listed;
    listed.emplace("id", gateway::list_name(session.id));
    listed.emplace("subject", session.subject);
    listed.emplace("since", utc_text(session.made));
    listed.emplace("last_used", utc_text(session.last_used));
    listed.emplace("expires", utc_text(session::ends_at(session)));
    listed.emplace("address", session.address);
    listed.emplace("agent", session.agent);
    listed.emplace("state", state_of(session));
    return listed;
}

/// What a browser calls itself is anybody's text, and a terminal obeys some bytes.
std::string harmless(std::string text) {
    const auto is_odd = [](char each) { return each < ' ' || each > '~'; };
    std::ranges::replace_if(text, is_odd, '?');
    return text;
}

void print_table(const std::vector<record_ptr>& sessions) {
    std::vector<table_row> rows{table_row()};
    std::ranges::copy(columns, rows.front().begin());
    for (const auto& each : sessions)
        rows.push_back(row_of(*each));
    std::array<std::size_t, columns.size()> widths{};
    for (auto& row : rows) {
        for (std::size_t at = 0; at < row.size(); ++at) {
            row[at] = harmless(std::move(row[at]));
            widths[at] = std::max(widths[at], row[at].size());
        }
    }
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t at = 0; at < row.size(); ++at) {
            line += row[at];
            if (at + 1 < row.size()) line.append(widths[at] + 2 - row[at].size(), ' ');
        }
        std::printf("%s\n", line.c_str());
    }
}

void print_json(const std::vector<record_ptr>& sessions) {
    boost::json::array listed;
    for (const auto& each : sessions)
        listed.push_back(object_of(*each));
    const boost::json::object all{{"sessions", std::move(listed)}};
    std::printf("%s\n", boost::json::serialize(all).c_str());
}

void print(const std::vector<record_ptr>& sessions, const sessions_options& options) {
    if (options.json) {
        print_json(sessions);
    } else {
        print_table(sessions);
    }
}

/// As gateways do for what people end themselves: to standard error, in the form of their logs.
/// After the last thread of the visit.
void note_ended(const std::vector<record_ptr>& sessions, observability::log_options log) {
    log.threshold = observability::level::info;
    observability::start_log(log);
    for (const auto& each : sessions)
        observability::audit(observability::audit_event::session_revoked)
            .with("by", "cloche sessions revoke")
            .with("uid", static_cast<std::uint64_t>(::getuid()))
            .with("session", session::log_tag(each->id));
    observability::stop_log();
}

struct begun_visit {
    std::unique_ptr<app::store_visit> store;  ///< null after a complaint: `code` says how to end
    observability::log_options log;
    int code = app::success;

    begun_visit() = default;
};

begun_visit visit(const sessions_options& options) {
    begun_visit out;
    if (options.user.empty()) {
        app::complain("cloche", "--user: is empty; write the subject, as the API names it");
        out.code = app::wrong_usage;
        return out;
    }
    config::problems found;
    const auto config = config::load_gateway(options.config, found);
    if (!found.empty()) {
        app::complain(found);
        out.code = app::wrong_configuration;
        return out;
    }
    std::string why;
    out.log = config.log;
    out.store = app::store_visit::begin(config, why);
    if (!out.store) out.code = fail(why);
    return out;
}

std::string nobody(const sessions_options& options) {
    const std::string whose = "user \"" + harmless(options.user) + "\" has no session";
    return options.session ? whose + " " + harmless(*options.session) : whose;
}

}  // namespace

int list_sessions(const sessions_options& options) {
    const auto begun = visit(options);
    if (!begun.store) return begun.code;
    const auto found = begun.store->sessions_of(options.user);
    if (!found) return store_failed(found.error());
    if (found->empty() && !options.json) {
        std::printf("%s\n", nobody(options).c_str());
        return app::success;
    }
    print(*found, options);
    return app::success;
}

int revoke_sessions(const sessions_options& options) {
    auto begun = visit(options);
    if (!begun.store) return begun.code;
    auto found = begun.store->sessions_of(options.user);
    if (!found) return store_failed(found.error());
    if (options.session) {
        std::erase_if(*found, [&](const record_ptr& each) {
            return gateway::list_name(each->id) != *options.session;
        });
    }
    std::vector<record_ptr> ended;
    result<void> outcome;
    for (const auto& each : *found) {
        const auto over = begun.store->end(each->id);
        if (!over) {
            outcome = over.error();
            break;
        }
        if (*over) ended.push_back(each);
    }
    begun.store.reset();
    // Nothing to end: also where gateways ended them all in the same moment.
    if (ended.empty()) return outcome ? fail(nobody(options)) : store_failed(outcome.error());
    print(ended, options);
    note_ended(ended, begun.log);
    return outcome ? app::success : store_failed(outcome.error());
}

}  // namespace cloche::cli
