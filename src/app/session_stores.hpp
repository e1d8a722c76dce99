// Opens the session store that the configuration asks for.
#pragma once

#include "app/data_folder.hpp"
#include "config/config.hpp"
#include "crypto/random.hpp"
#include "runtime/io_threads.hpp"
#include "session/session_keys.hpp"
#include "session/session_store.hpp"
#include "session/store_health.hpp"

#include <memory>
#include <optional>
#include <string>

namespace cloche::app {

struct opened_store {
    std::unique_ptr<data_folder> folder;        ///< where something of it is in the data folder
    std::optional<session::session_keys> keys;  ///< what the store seals with; memory seals nothing
    std::unique_ptr<session::session_store> store;
    std::shared_ptr<session::store_health> health = std::make_shared<session::store_health>();
};

/// For a gateway: makes what is not there yet, and is alone in its data folder. Null: `why` is one
/// line that says what to do about it, without the password of a URL. `random` outlives the store;
/// `threads` are not running yet.
opened_store open_session_store(
    const config::gateway_config& config,
    runtime::io_threads& threads,
    crypto::random_source& random,
    std::string& why
);

/// The same for a program beside the gateways: finds everything, makes and locks nothing.
opened_store visit_session_store(
    const config::gateway_config& config,
    runtime::io_threads& threads,
    crypto::random_source& random,
    std::string& why
);

}  // namespace cloche::app
