#include "config/addresses.hpp"
#include "config/keys.hpp"
#include "config/names.hpp"
#include "config/quantities.hpp"

#include <chrono>

namespace cloche::config {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t MiB = 1024ULL * 1024;

}  // namespace

void identity_keys(section& root, identity_config& config) {
    identity::identity_options& options = config.identity;
    root.value("listen", config.server.listen, listen_address(), "Where the gateway connects.");
    root.value(
        "operations",
        config.operations.listen,
        listen_address(),
        "Where `/livez`, `/readyz` and `/metrics` are."
    );
    root.value("issuer", options.issuer, web_origin(), "`iss` of the tokens.");
    root.value(
        "audience", options.audience, claim_text(), "`aud` of the access tokens. Empty: the issuer."
    );
    root.value(
        "public_url",
        options.public_url,
        web_origin(),
        "What mailed links point at: the gateway, as people type it."
    );
    root.list(
        "trusted_proxies",
        options.trusted_proxies,
        address_range(),
        "Whose `Forwarded` and `X-Forwarded-*` are believed: the gateway's address, so that limits "
        "see the person's."
    );
    root.list(
        "cors", options.cors, web_origin(), "Origins whose scripts may call the API directly."
    );
    root.value("data", config.data, file_path(), "Folder for the database, keys and files.");
    root.value("threads", config.threads, count_between<std::size_t>(0, 256), "0: one per core.");
    store_kind only = store_kind::sqlite;
    root.value("store", only, identity_store(), "Where accounts are kept.");
    root.group("access_token", "Access tokens.", [&](section& keys) {
        keys.value(
            "lifetime",
            options.access_lifetime,
            seconds_between(1s, 1h),
            "How long one is good. It cannot be taken back: keep it short."
        );
    });
    root.group("refresh_token", "Refresh tokens, rotated with each use.", [&](section& keys) {
        keys.value(
            "absolute",
            options.refresh_absolute,
            seconds_between(1s, 400 * 24h),
            "How long one sign-in lasts at most."
        );
        keys.value(
            "idle",
            options.refresh_idle,
            seconds_between(1s, 400 * 24h),
            "How long it lasts without a refresh."
        );
        keys.value(
            "grace",
            options.refresh_grace,
            seconds_between(0s, 60s),
            "How long the token before still gets the same successor, so that a lost answer "
            "heals. 0s: not at all."
        );
    });
    root.group("password", "Passwords.", [&](section& keys) {
        keys.value(
            "min_length",
            options.password_min_length,
            count_between<std::size_t>(8, 64),
            "In characters."
        );
        keys.group("hash", "The work of argon2id.", [&](section& hash) {
            hash.value(
                "memory",
                options.password_cost.memory,
                size_between(19 * MiB, 1024 * MiB),
                "What one hash needs. 19MiB with 2 passes is the least that is safe, or 46MiB "
                "with 1."
            );
            hash.value(
                "passes", options.password_cost.passes, count_between(1U, 16U), "Over that memory."
            );
        });
    });
    root.group("mail", "Mail to people.", [&](section& keys) {
        keys.value("from", options.mail.from, mail_address(), "Who sends it.");
        keys.value(
            "to",
            options.mail.to,
            mail_target(),
            "Where it goes: `files`, under `outbox` in the data folder, or `smtp://…`."
        );
    });
    log_keys(root, config.log);
}

}  // namespace cloche::config
