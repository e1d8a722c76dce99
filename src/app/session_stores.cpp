#include "app/session_stores.hpp"

#include "session/memory_session_store.hpp"
#include "session/postgres_session_store.hpp"
#include "session/redis_session_store.hpp"
#include "session/sqlite_session_store.hpp"

#include <filesystem>
#include <utility>

namespace cloche::app {
namespace {

using config::store_kind;

/// One gateway makes its keys where there are none. Of many each would make others, and nobody
/// could read what a neighbour has written.
bool has_keys(const config::gateway_config& config, std::string& why) {
    std::error_code failed;
    if (config.replicas == config::replica_count::one) return true;
    if (std::filesystem::exists(config.session_keys, failed)) return true;
    why = "session.keys: " + config.session_keys +
          " is not there; make it once with `cloche keys create`, and give every gateway a copy";
    return false;
}

std::unique_ptr<session::session_store> open_sqlite(
    const data_folder& folder,
    session::session_keys keys,
    crypto::random_source& random,
    const session::refresh_options& options,
    std::string& why
) {
    const std::string file = folder.file("sessions.db");
    auto store = session::make_sqlite_session_store(file, std::move(keys), random, options);
    if (store) return std::move(*store);
    why = "cannot open " + file + ": " + store.error().message() +
          "; is the disk full, or the file of a newer version?";
    return nullptr;
}

}  // namespace

opened_store open_session_store(
    const config::gateway_config& config,
    runtime::io_threads& threads,
    crypto::random_source& random,
    std::string& why
) {
    opened_store opened;
    const session::refresh_options& options = config.session.refresh;
    const store_kind kind = config.store.kind;
    if (kind == store_kind::memory) {
        opened.store = session::make_memory_session_store(options);
        return opened;
    }
    if (kind == store_kind::sqlite || !config.keys_are_named) {
        opened.folder = data_folder::open(config.data, "gateway.lock", why);
        if (!opened.folder) return opened;
    }
    if (!has_keys(config, why)) return opened;
    auto keys = session::session_keys::of_file(config.session_keys, random, why);
    if (!keys) return opened;
    opened.keys = *keys;
    const std::string& url = config.store.url;
    if (kind == store_kind::postgres) {
        opened.store = session::make_postgres_session_store(
            threads, url, std::move(*keys), random, options, why
        );
    } else if (kind == store_kind::redis) {
        opened.store =
            session::make_redis_session_store(threads, url, std::move(*keys), random, options, why);
    } else {
        opened.store = open_sqlite(*opened.folder, std::move(*keys), random, options, why);
    }
    return opened;
}

}  // namespace cloche::app
