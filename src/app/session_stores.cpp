#include "app/session_stores.hpp"

#include "base/file_version.hpp"
#include "session/memory_session_store.hpp"
#include "session/postgres_session_store.hpp"
#include "session/redis_session_store.hpp"
#include "session/sqlite_session_store.hpp"

#include <utility>

namespace cloche::app {
namespace {

using config::store_kind;

/// One gateway makes its keys where there are none. Of many each would make others, and nobody
/// could read what a neighbour has written.
bool has_keys(const config::gateway_config& config, std::string& why) {
    if (config.replicas == config::replica_count::one || is_there(config.session_keys)) return true;
    why = "session.keys: " + config.session_keys +
          " is not there; make it once with `cloche keys create`, and give every gateway a copy";
    return false;
}

std::string database_of(const config::gateway_config& config) {
    return config.data + "/sessions.db";
}

std::unique_ptr<session::session_store> open_sqlite(
    const std::string& file,
    session::session_keys keys,
    crypto::random_source& random,
    const session::refresh_options& options,
    std::string& why
) {
    auto store = session::make_sqlite_session_store(file, std::move(keys), random, options);
    if (store) return std::move(*store);
    why = "cannot open " + file + ": " + store.error().message() +
          "; is the disk full, or the file of a newer version?";
    return nullptr;
}

/// All but the data folder.
void open_sealed_store(
    opened_store& into,
    const config::gateway_config& config,
    runtime::io_threads& threads,
    crypto::random_source& random,
    std::string& why
) {
    auto read = session::session_keys::of_file(config.session_keys, random, why);
    if (!read) return;
    const session::session_keys& keys = *read;
    into.keys = keys;
    const session::refresh_options& options = config.session.refresh;
    const std::string& url = config.store.url;
    if (config.store.kind == store_kind::postgres) {
        into.store = session::make_postgres_session_store(threads, url, keys, random, options, why);
    } else if (config.store.kind == store_kind::redis) {
        into.store = session::make_redis_session_store(
            threads, url, keys, random, options, into.health, why
        );
    } else {
        into.store = open_sqlite(database_of(config), keys, random, options, why);
    }
}

}  // namespace

opened_store open_session_store(
    const config::gateway_config& config,
    runtime::io_threads& threads,
    crypto::random_source& random,
    std::string& why
) {
    opened_store opened;
    const store_kind kind = config.store.kind;
    if (kind == store_kind::memory) {
        opened.store = session::make_memory_session_store(config.session.refresh);
        return opened;
    }
    if (kind == store_kind::sqlite || !config.keys_are_named) {
        opened.folder = data_folder::open(config.data, "gateway.lock", why);
        if (!opened.folder) return opened;
    }
    if (has_keys(config, why)) open_sealed_store(opened, config, threads, random, why);
    return opened;
}

opened_store visit_session_store(
    const config::gateway_config& config,
    runtime::io_threads& threads,
    crypto::random_source& random,
    std::string& why
) {
    opened_store opened;
    const store_kind kind = config.store.kind;
    if (kind == store_kind::memory) {
        why =
            "session.store is `memory`: its sessions are in the gateway's own process, where no "
            "other program sees them; with `sqlite`, or the URL of a PostgreSQL or Redis server, "
            "it can";
    } else if (kind == store_kind::sqlite && !is_there(database_of(config))) {
        why = database_of(config) +
              " is not there: is this the gateway's configuration, and `data` the same seen from "
              "this folder?";
    } else if (!is_there(config.session_keys)) {
        why = "session.keys: " + config.session_keys + " is not there: the gateways' is needed";
    } else {
        open_sealed_store(opened, config, threads, random, why);
    }
    return opened;
}

}  // namespace cloche::app
